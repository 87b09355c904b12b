package run_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

func probeID([]string) error {
	groups, err := os.Getgroups()
	slices.Sort(groups)
	fmt.Println("uid", os.Getuid(), "gid", os.Getgid(), "groups", groups)
	return err
}

func probeCat(args []string) error {
	for _, name := range args {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		os.Stdout.Write(text)
	}
	return nil
}

// probeChmod takes permissions away.
func probeChmod(args []string) error { return os.Chmod(args[0], 0o600) }

func probeList(args []string) error {
	entries, err := os.ReadDir(args[0])
	for _, e := range entries {
		fmt.Println(e.Name())
	}
	return err
}

func probeStat(args []string) error {
	var st unix.Stat_t
	err := unix.Lstat(args[0], &st)
	fmt.Printf("mode %o owner %d:%d size %d\n", st.Mode, st.Uid, st.Gid, st.Size)
	return err
}

func removeContents(dir string) error {
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() {
			os.Chmod(path, 0o700)
		}
		return nil
	})
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return err
}

func probePwd([]string) error {
	buf := make([]byte, unix.PathMax)
	n, err := unix.Getcwd(buf) // not what PWD says
	fmt.Println(strings.TrimRight(string(buf[:max(n, 0)]), "\x00"))
	return err
}

func probeUname([]string) error {
	var u unix.Utsname
	err := unix.Uname(&u)
	fmt.Println(unix.ByteSliceToString(u.Nodename[:]), unix.ByteSliceToString(u.Domainname[:]))
	return err
}
