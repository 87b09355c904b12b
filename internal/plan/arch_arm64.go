package plan

// Where the kernel's struct stat has the owner.
const (
	statUID = 24
	statGID = 28
)
