package caps

import "golang.org/x/sys/unix"

// Held returns the permitted capabilities of the calling thread (capget(2)).
func Held() Set {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&header, &data[0]) != nil {
		return 0
	}
	return Set(data[1].Permitted)<<32 | Set(data[0].Permitted)
}
