package plan

// Where the kernel's struct stat has the owner.
const (
	statUID = 28
	statGID = 32
)
