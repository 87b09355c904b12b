package inspect

import (
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// IPC are the objects of an IPC namespace (sysvipc(7)).
type IPC struct {
	Memory     []IPCObject `json:"memory"`
	Semaphores []IPCObject `json:"semaphores"`
	Messages   []IPCObject `json:"messages"`
	// Queues are the names of POSIX message queues (mq_overview(7)); nil if they
	// could not be listed.
	Queues []string `json:"queues"`
}

// IPCObject is a segment, a set of semaphores or a queue.
type IPCObject struct {
	Key   int32  `json:"key"`
	ID    int    `json:"id"`
	Perms string `json:"perms"` // octal
	Size  int64  `json:"size"`  // in bytes, in semaphores or in bytes waiting
	UID   uint32 `json:"uid"`
}

// ipcTables are the files in /proc/sysvipc and their column of sizes.
var ipcTables = [...]struct {
	file, size string
	to         func(*IPC) *[]IPCObject
}{
	{"shm", "size", func(i *IPC) *[]IPCObject { return &i.Memory }},
	{"sem", "nsems", func(i *IPC) *[]IPCObject { return &i.Semaphores }},
	{"msg", "cbytes", func(i *IPC) *[]IPCObject { return &i.Messages }},
}

// readIPC reads the tables from files that were opened in the namespace, and
// lists the queues.
func readIPC(w *window) (*IPC, error) {
	i := &IPC{}
	for n, t := range ipcTables {
		text, err := io.ReadAll(w.ipc[n])
		if err != nil {
			return nil, err
		}
		*t.to(i) = parseIPC(string(text), t.size)
	}
	if w.queues >= 0 {
		i.Queues = queues(w.queues)
	}
	return i, nil
}

// queues lists a mount of mqueue, which is nowhere in the tree.
func queues(mount int) []string {
	fd, err := unix.Openat(mount, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	dir := os.NewFile(uintptr(fd), "mqueue")
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil
	}
	list := make([]string, 0, len(names))
	for _, name := range names {
		list = append(list, strings.ToValidUTF8(name, "�"))
	}
	slices.Sort(list)
	return list
}

// parseIPC reads a table by the names in its heading.
func parseIPC(text, size string) (list []IPCObject) {
	heading, rest, _ := strings.Cut(text, "\n")
	names := strings.Fields(heading)
	for line := range strings.Lines(rest) {
		var o IPCObject
		for n, value := range strings.Fields(line) {
			if n >= len(names) {
				break
			}
			number, _ := strconv.ParseInt(value, 10, 64)
			switch name := names[n]; {
			case name == "key":
				o.Key = int32(number)
			case strings.HasSuffix(name, "id") && n == 1: // shmid, semid, msqid
				o.ID = int(number)
			case name == "perms":
				o.Perms = value
			case name == size:
				o.Size = number
			case name == "uid":
				o.UID = uint32(number)
			}
		}
		list = append(list, o)
	}
	return list
}
