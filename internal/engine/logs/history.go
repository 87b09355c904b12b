package logs

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// history opens a log and the older files of it, the oldest first. They are
// opened from the newest one on: what is renamed meanwhile is met again, and is
// known, but nothing is missed. With until, those before that file are left out.
func history(path string, until os.FileInfo) (files []*os.File, err error) {
	var seen []os.FileInfo
	for _, p := range append([]string{path}, olderFiles(path)...) {
		f, err := os.Open(p)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			closeAll(files)
			return nil, err
		}
		info, err := f.Stat()
		if err == nil && until != nil && os.SameFile(info, until) {
			f.Close()
			break
		}
		if err != nil || slices.ContainsFunc(seen, func(other os.FileInfo) bool { return os.SameFile(info, other) }) {
			f.Close()
			continue
		}
		seen, files = append(seen, info), append(files, f)
	}
	slices.Reverse(files)
	return files, nil
}

// olderFiles are the paths of the files before a log, the newest first, and of
// some that are not there yet.
func olderFiles(path string) (list []string) {
	last := 0
	names, _ := filepath.Glob(quoted(path) + ".[0-9]*")
	for _, name := range names {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, path+".")); err == nil {
			last = max(last, n)
		}
	}
	for n := 1; n <= last+1; n++ {
		list = append(list, older(path, n))
	}
	return list
}

// quoted is a path in which no sign is one of a pattern.
func quoted(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// block is how much of a file is read at once.
const block = 256 << 10

// backwards calls see for each line of a file from the last one on, with where
// the line ends, until it says no. A last line without its newline is left out.
func backwards(f *os.File, see func(line []byte, end int64) bool) (finished bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	var after []byte // the rest of a line whose beginning lies further ahead
	var end int64 = -1
	for at := info.Size(); at > 0; {
		n := min(at, block)
		buffer := make([]byte, n, n+int64(len(after)))
		if _, err := f.ReadAt(buffer, at-n); err != nil && err != io.EOF {
			return false, err
		}
		at -= n
		buffer = append(buffer, after...)
		for {
			i := bytes.LastIndexByte(buffer, '\n')
			if i < 0 {
				break
			}
			if end >= 0 && !see(buffer[i+1:], end) {
				return true, nil
			}
			buffer, end = buffer[:i], at+int64(i)+1
		}
		if after = buffer; len(after) > block {
			after = nil // no line of ours is that long
		}
	}
	return end >= 0 && !see(after, end), nil
}

// last finds where the last n lines of a log begin: in which of its files, and
// where in that. A line that has not ended is one too.
func last(files []*os.File, n int) (index int, offset int64, err error) {
	count, newest := 0, true
	var room []byte
	for i := len(files) - 1; i >= 0; i-- {
		found, err := backwards(files[i], func(line []byte, end int64) bool {
			e, ok := decode(line, room[:0])
			room = e.Text
			if ok && (e.Ended() || newest) {
				count++
			}
			newest = newest && !ok
			index, offset = i, end
			return count <= n
		})
		if err != nil || found {
			return index, offset, err
		}
	}
	return 0, 0, nil
}
