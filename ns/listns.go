package ns

import (
	"encoding/binary"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// listed adds namespaces that nothing found so far leads to, but that the kernel
// says are in use: since Linux 6.19 it has a list of all that the caller may know
// of (listns(2)).
func (f *found) listed() {
	known := map[uint64]bool{}
	for _, n := range f.all {
		known[n.Unique] = true
	}
	for _, id := range listns(f.kinds) {
		if known[id] {
			continue
		}
		file, err := openID(id)
		if err != nil {
			continue // gone, or not to be seen
		}
		inode := file.ID().Ino
		if n := f.get(inode, file.Kind()); n.Unique == 0 {
			n.Held.Listed = true
			f.kin(file, n)
		}
		file.Close()
	}
}

// sysListns is the number of listns, which is the same on all machines.
const sysListns = 470

// listRequest is struct ns_id_req (linux/nsfs.h).
type listRequest struct {
	size, _ uint32
	after   uint64 // the last one that was listed
	kinds   uint32 // CLONE_NEW*
	_       uint32
	owner   uint64 // 0 for any
}

// listns lists the unique numbers of namespaces, ascending; nil where the kernel
// has no such call.
func listns(kinds Set) (ids []uint64) {
	request := listRequest{kinds: uint32(kinds.Flags())}
	request.size = uint32(unsafe.Sizeof(request))
	for page := make([]uint64, 1024); ; {
		n, _, errno := unix.Syscall6(sysListns, uintptr(unsafe.Pointer(&request)), uintptr(unsafe.Pointer(&page[0])), uintptr(len(page)), 0, 0, 0)
		if errno != 0 || n == 0 {
			return ids
		}
		ids = append(ids, page[:n]...)
		request.after = page[n-1]
	}
}

// A handle of nsfs (linux/nsfs.h, struct nsfs_file_handle; linux/exportfs.h) and
// what stands for its root (linux/fcntl.h).
const (
	fileIDNsfs = 0xf1
	fdNsfsRoot = -10003
)

// openID opens the namespace of a unique number.
func openID(id uint64) (*File, error) {
	var handle [16]byte // the number, and type and inode number, which are told
	binary.NativeEndian.PutUint64(handle[:], id)
	fd, err := unix.OpenByHandleAt(fdNsfsRoot, unix.NewFileHandle(fileIDNsfs, handle[:]), unix.O_RDONLY|unix.O_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("open_by_handle_at", err)
	}
	return newFile(fd, "namespace")
}
