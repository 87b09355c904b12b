package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// most bounds what a stream may ask to be kept in memory, in bytes; the zstd
// command has the same default.
const most = 128 << 20

func main() {
	if err := decompress(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "isle-decompress:", err)
		os.Exit(1)
	}
}

func decompress(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: isle-decompress zstd|xz")
	}
	in = bufio.NewReaderSize(in, 256<<10)
	switch args[0] {
	case "zstd":
		r, err := zstd.NewReader(in, zstd.WithDecoderMaxWindow(most), zstd.WithDecoderConcurrency(min(2, runtime.GOMAXPROCS(0))))
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.Copy(out, r)
		return err
	case "xz":
		r, err := xz.NewReader(in)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, r)
		return err
	}
	return fmt.Errorf("unknown format %q: it is zstd or xz", args[0])
}
