package engines

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	goruntime "runtime"
	"strings"
)

// reference is the image's name, as every engine spells it.
const reference = "docker.io/library/bb:1"

// applets are the links to busybox.
var applets = []string{"sh", "ls", "cat", "id", "ps", "sleep", "echo", "tty", "stty", "grep", "touch", "test", "true", "hostname",
	"wc", "pwd", "readlink", "mount", "kill", "chmod", "mkdir", "env", "head", "dd", "ip", "tr", "stat"}

// A file is one of the image's: text, or a link where that is set.
type file struct {
	name, text, link string
	mode             int64
}

// makeImage writes an archive as `docker save` does, of busybox and of programs
// that cannot be executed, each for another reason.
func makeImage(path string) error {
	files, err := contents()
	if err != nil {
		return err
	}
	layer, err := archive(files)
	if err != nil {
		return err
	}
	config, err := json.Marshal(map[string]any{
		"architecture": goruntime.GOARCH, "os": "linux",
		"config": map[string]any{"Cmd": []string{"sleep", "100000"}, "Env": []string{"PATH=/bin"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + sum(layer)}},
	})
	if err != nil {
		return err
	}
	manifest, err := json.Marshal([]any{map[string]any{
		"Config": sum(config) + ".json", "RepoTags": []string{reference}, "Layers": []string{sum(layer) + "/layer.tar"},
	}})
	if err != nil {
		return err
	}
	all, err := archive([]file{
		{name: sum(layer) + "/", mode: 0o755},
		{name: sum(layer) + "/layer.tar", text: string(layer), mode: 0o644},
		{name: sum(config) + ".json", text: string(config), mode: 0o644},
		{name: "manifest.json", text: string(manifest), mode: 0o644},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, all, 0o644)
}

// contents lists the image's files.
func contents() ([]file, error) {
	path, err := exec.LookPath("busybox")
	if err != nil {
		return nil, fmt.Errorf("the image is made of busybox: %w", err)
	}
	busybox, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	foreign := bytes.Clone(busybox)
	// e_machine of elf(5); only the first page matters, nobody runs it.
	binary.LittleEndian.PutUint16(foreign[18:], uint16(elf.EM_S390))
	all := []file{{name: "bin/busybox", text: string(busybox), mode: 0o755}}
	for _, dir := range []string{"bin/", "etc/", "data/", "dev/", "proc/", "sys/", "tmp/", "bad/"} {
		all = append(all, file{name: dir, mode: 0o755})
	}
	for _, name := range applets {
		all = append(all, file{name: "bin/" + name, link: "busybox"})
	}
	return append(all,
		file{name: "etc/passwd", text: "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n", mode: 0o644},
		file{name: "etc/group", text: "root:x:0:\nnobody:x:65534:\n", mode: 0o644},
		file{name: "bad/text", text: "not a program\n", mode: 0o644},
		file{name: "bad/noshebang", text: "echo hello\n", mode: 0o755},
		file{name: "bad/nointerp", text: "#!/bin/nosuch\n", mode: 0o755},
		file{name: "bad/crlf", text: "#!/bin/sh\r\necho hello\r\n", mode: 0o755},
		file{name: "bad/foreign", text: string(foreign[:4096]), mode: 0o755}), nil
}

// archive is a tar of files; a name that ends in a slash is a folder.
func archive(files []file) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.text)), Typeflag: tar.TypeReg}
		if strings.HasSuffix(f.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if f.link != "" {
			h.Typeflag, h.Linkname = tar.TypeSymlink, f.link
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(f.text)); err != nil {
			return nil, err
		}
	}
	err := w.Close() // before out is read: it writes the end
	return out.Bytes(), err
}

func sum(text []byte) string {
	s := sha256.Sum256(text)
	return hex.EncodeToString(s[:])
}
