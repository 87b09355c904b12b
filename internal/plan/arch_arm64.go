package plan

// Where the kernel's struct stat has type, device and owner.
const (
	statMode = 16
	statRdev = 32
	statUID  = 24
	statGID  = 28
)
