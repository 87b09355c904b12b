package rootfs

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"fmt"
	"io"
)

// format is a compression, or another container, known by its first bytes.
type format struct {
	name  string
	magic string
	open  func(io.Reader) (io.ReadCloser, error) // nil: recognised, not read
}

// formats is a function and not a variable so that nothing is built at start.
func formats() []format {
	return []format{
		{"gzip", "\x1f\x8b\x08", func(r io.Reader) (io.ReadCloser, error) { return ahead(gzip.NewReader(r)) }},
		{"zstd", "\x28\xb5\x2f\xfd", func(r io.Reader) (io.ReadCloser, error) { return throughProgram(zstdPrograms, r) }},
		{"xz", "\xfd7zXZ\x00", func(r io.Reader) (io.ReadCloser, error) { return throughProgram(xzPrograms, r) }},
		{"bzip2", "BZh", func(r io.Reader) (io.ReadCloser, error) { return ahead(bzip2.NewReader(r), nil) }},
		{"lz4", "\x04\x22\x4d\x18", nil},
		{"zip", "PK\x03\x04", nil},
		{"7z", "7z\xbc\xaf\x27\x1c", nil},
		{"squashfs", "hsqs", nil},
	}
}

// ahead lets a decompressor that is slower than the disk work while files are
// being made.
func ahead[R io.Reader](r R, err error) (io.ReadCloser, error) {
	if err != nil {
		return nil, err
	}
	return newReadAhead(r), nil
}

// Decompress returns the stream of an archive without the compression that its
// first bytes tell of.
func Decompress(r io.Reader) (io.ReadCloser, error) { return decompress(r) }

// decompress finds the compression by magic bytes, never by name, and returns
// the stream of the archive itself.
func decompress(r io.Reader) (io.ReadCloser, error) {
	in := bufio.NewReaderSize(r, 256<<10)
	head, err := in.Peek(6)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if len(head) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrCorrupt)
	}
	for _, f := range formats() {
		switch {
		case !bytes.HasPrefix(head, []byte(f.magic)):
		case f.open == nil:
			return nil, fmt.Errorf("%w: it is %s, not tar", ErrCorrupt, f.name)
		default:
			return f.open(in)
		}
	}
	return io.NopCloser(in), nil
}

// source counts the archive's bytes as they are read and stops when ctx ends.
type source struct {
	ctx    context.Context
	r      io.Reader
	done   int64
	report func(done int64)
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	s.done += int64(n)
	s.report(s.done)
	return n, err
}

// boundedReader passes on at most left bytes and remembers whether the end was met.
type boundedReader struct {
	r    io.Reader
	left int64
	eof  bool
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("%w: its contents do not end", ErrLimit)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	b.eof = b.eof || (n == 0 && err == io.EOF)
	return n, err
}
