package review

import "golang.org/x/sys/unix"

// replaced says that a directory of the host is not the one that the overlay
// has put the program's changes over. The kernel keeps the handle of that one in
// an attribute, but not in a user namespace, and not for all file systems: then
// it cannot be told (struct ovl_fb of fs/overlayfs/overlayfs.h; name_to_handle_at(2)).
func replaced(upper, lower int) bool {
	const magic, header = 0xfb, 21 // version, magic, length, flags, type, 16 bytes of UUID
	noted, err := attribute(procPath(upper), "trusted.overlay.origin")
	if err != nil || len(noted) <= header || noted[1] != magic {
		return false
	}
	handle, _, err := unix.NameToHandleAt(lower, "", unix.AT_EMPTY_PATH)
	if err != nil || handle.Type() != int32(noted[4]) {
		return false
	}
	return string(handle.Bytes()) != noted[header:]
}
