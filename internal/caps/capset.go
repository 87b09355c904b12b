package caps

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Header returns the bytes of the struct __user_cap_header_struct that capset(2)
// takes: version 3, and process 0, the caller.
func Header() []byte {
	b := make([]byte, 8)
	binary.NativeEndian.PutUint32(b, unix.LINUX_CAPABILITY_VERSION_3)
	return b
}

// Data returns the bytes of the two structs __user_cap_data_struct that capset(2)
// takes with that header: the low 32 capabilities of each set, then the high ones.
func Data(effective, permitted, inheritable Set) []byte {
	b := make([]byte, 0, 24)
	for _, shift := range [...]uint{0, 32} {
		for _, s := range [...]Set{effective, permitted, inheritable} {
			b = binary.NativeEndian.AppendUint32(b, uint32(s>>shift))
		}
	}
	return b
}
