package audit

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// devices are character devices, and how much of the host they give away (the
// kernel's admin-guide/devices.txt). All block devices give away their content.
var devices = [...]struct {
	major, minor int
	weight       float64
}{
	{1, 1, 1},             // mem
	{1, 2, 1},             // kmem
	{1, 4, 1},             // port
	{1, 11, 0.2},          // kmsg
	{4, anyNumber, 0.3},   // consoles and serial lines
	{5, 1, 0.3},           // console
	{7, anyNumber, 0.4},   // what is on the consoles
	{10, 130, 0.4},        // watchdog
	{10, 196, 0.8},        // vfio
	{10, 200, 0.1},        // tun
	{10, 223, 0.7},        // uinput
	{10, 229, 0.1},        // fuse
	{10, 231, 1},          // snapshot
	{10, 232, 0.1},        // kvm
	{10, 234, 0.2},        // btrfs-control
	{10, 236, 0.8},        // device mapper
	{10, 237, 0.4},        // loop-control
	{13, anyNumber, 0.6},  // input
	{21, anyNumber, 1},    // SCSI
	{89, anyNumber, 0.4},  // i2c
	{108, anyNumber, 0.1}, // ppp
	{162, anyNumber, 1},   // raw
	{189, anyNumber, 0.5}, // USB
	{202, anyNumber, 1},   // model-specific registers
	{226, anyNumber, 0.2}, // graphics
}

// weighDevice is how much of the host a device gives away.
func weighDevice(name string, mode uint32, number uint64) float64 {
	if mode&unix.S_IFMT == unix.S_IFBLK {
		return 1
	}
	if mode&unix.S_IFMT != unix.S_IFCHR {
		return 0
	}
	major, minor := int(unix.Major(number)), int(unix.Minor(number))
	for _, d := range devices {
		if d.major == major && (d.minor == anyNumber || d.minor == minor) {
			return d.weight
		}
	}
	if strings.HasPrefix(name, "nvme") || strings.HasPrefix(name, "ng") { // numbers as they come
		return 1
	}
	return 0
}

// checkDevices looks through the process's /dev, and the directories in it.
func checkDevices(s *subject) verdict {
	if s.rootErr != nil {
		return untold("%v", s.rootErr)
	}
	list := s.allowedDevices()
	var t tally
	s.eachDevice("/dev", 2, func(path string, f *file) {
		weight := weighDevice(filepath.Base(path), f.Mode, f.Rdev)
		if weight == 0 || f.noDevice || !list.allows(&f.Stat_t) || !s.may(toRead, &f.Stat_t) && !s.may(toWrite, &f.Stat_t) {
			return
		}
		t.add(weight, path)
	})
	return t.verdict("it may open", "no device in its /dev that it may open gives anything away")
}

// mostFiles bounds how many files of a /dev are looked at, which the process
// may have filled.
const mostFiles = 4000

func (s *subject) eachDevice(dir string, depth int, do func(path string, f *file)) {
	f, err := s.find(dir)
	if err != nil || f.kind != unix.TMPFS_MAGIC && f.kind != unix.OVERLAYFS_SUPER_MAGIC && !s.host.holds(f.Dev) {
		return
	}
	fd, err := s.open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NONBLOCK)
	if err != nil {
		return
	}
	d := os.NewFile(uintptr(fd), dir)
	names, _ := d.Readdirnames(mostFiles)
	d.Close()
	for _, name := range names {
		path := dir + "/" + name
		f, err := s.find(path)
		if err != nil {
			continue
		}
		if f.Mode&unix.S_IFMT == unix.S_IFDIR && depth > 1 {
			s.eachDevice(path, depth-1, do)
		} else {
			do(path, &f)
		}
	}
}
