package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

func TestDecompress(t *testing.T) {
	text := strings.Repeat("an island of its own\n", 5000)
	for format, open := range map[string]func(io.Writer) (io.WriteCloser, error){
		"zstd": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
		"xz":   func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) },
	} {
		var packed, out bytes.Buffer
		w, err := open(&packed)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
		w.Close()
		whole := packed.Bytes()
		if err := decompress([]string{format}, bytes.NewReader(whole), &out); err != nil || out.String() != text {
			t.Errorf("%s: %d bytes, %v", format, out.Len(), err)
		}
		if err := decompress([]string{format}, bytes.NewReader(whole[:len(whole)-8]), io.Discard); err == nil {
			t.Errorf("%s: a cut stream is no error", format)
		}
	}
	if err := decompress([]string{"rar"}, nil, nil); err == nil {
		t.Error("an unknown format is no error")
	}
}
