package plan

// Where the kernel's struct stat has type, device and owner.
const (
	statMode = 24
	statRdev = 40
	statUID  = 28
	statGID  = 32
)
