package audit

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"isle/internal/inspect"
)

// insns reads a program as the kernel has it in memory.
func insns(b []byte) (list []unix.SockFilter) {
	for ; len(b) >= 8 && len(list) < 64; b = b[8:] {
		list = append(list, unix.SockFilter{Code: binary.LittleEndian.Uint16(b), Jt: b[2], Jf: b[3], K: binary.LittleEndian.Uint32(b[4:])})
	}
	return list
}

// reference runs a program with the virtual machine of x/net/bpf, whose memory
// is big endian; ok is false for what the two read differently or seccomp(2)
// does not take.
func reference(program []unix.SockFilter, c *call) (ret uint32, ok bool) {
	var raw []bpf.Instruction
	for _, in := range program {
		class, op := in.Code&7, in.Code&0xf0
		switch {
		case (class == unix.BPF_LD || class == unix.BPF_LDX) && in.Code&0xe0 == unix.BPF_ABS && (in.Code != unix.BPF_LD|unix.BPF_W|unix.BPF_ABS || in.K%4 != 0 || in.K > 60),
			class == unix.BPF_LD && in.Code&0xe0 != unix.BPF_ABS && in.Code&0xe0 != unix.BPF_IMM && in.Code&0xe0 != unix.BPF_MEM && in.Code&0xe0 != unix.BPF_LEN,
			class == unix.BPF_LDX && in.Code&0xe0 != unix.BPF_IMM && in.Code&0xe0 != unix.BPF_MEM,
			class == unix.BPF_LD && in.Code&0xe0 == unix.BPF_LEN,
			class == unix.BPF_ALU && (op == unix.BPF_MOD || op == unix.BPF_DIV || (op == unix.BPF_LSH || op == unix.BPF_RSH) && (in.Code&unix.BPF_X != 0 || in.K > 31)):
			return 0, false
		}
		i := bpf.RawInstruction{Op: in.Code, Jt: in.Jt, Jf: in.Jf, K: in.K}.Disassemble()
		if _, unknown := i.(bpf.RawInstruction); unknown {
			return 0, false
		}
		raw = append(raw, i)
	}
	vm, err := bpf.NewVM(raw)
	if err != nil {
		return 0, false
	}
	memory := make([]byte, 64)
	for offset := uint32(0); offset < 64; offset += 4 {
		word, _ := c.word(offset)
		binary.BigEndian.PutUint32(memory[offset:], word)
	}
	n, err := vm.Run(memory)
	return uint32(n), err == nil
}

// FuzzRun compares the interpreter with that of x/net/bpf.
func FuzzRun(f *testing.F) {
	seed := func(list ...bpf.Instruction) {
		raw, err := bpf.Assemble(list)
		if err != nil {
			f.Fatal(err)
		}
		var b []byte
		for _, r := range raw {
			b = binary.LittleEndian.AppendUint16(b, r.Op)
			b = append(b, r.Jt, r.Jf)
			b = binary.LittleEndian.AppendUint32(b, r.K)
		}
		f.Add(b, uint32(56), uint64(unix.CLONE_NEWUSER))
	}
	seed(bpf.LoadAbsolute{Off: 0, Size: 4}, bpf.JumpIf{Cond: bpf.JumpEqual, Val: 56, SkipTrue: 1}, bpf.RetConstant{Val: 1}, bpf.RetConstant{Val: 2})
	seed(bpf.LoadAbsolute{Off: 16, Size: 4}, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: unix.CLONE_NEWUSER}, bpf.TAX{}, bpf.LoadConstant{Dst: bpf.RegA, Val: 3}, bpf.JumpIfX{Cond: bpf.JumpGreaterThan, SkipFalse: 1}, bpf.RetA{}, bpf.RetConstant{Val: 9})
	seed(bpf.LoadConstant{Dst: bpf.RegX, Val: 7}, bpf.StoreScratch{Src: bpf.RegX, N: 3}, bpf.LoadScratch{Dst: bpf.RegA, N: 3}, bpf.NegateA{}, bpf.ALUOpX{Op: bpf.ALUOpMul}, bpf.Jump{Skip: 1}, bpf.RetConstant{Val: 4}, bpf.RetA{})
	f.Fuzz(func(t *testing.T, b []byte, number uint32, arg uint64) {
		c := call{number: number, arch: unix.AUDIT_ARCH_X86_64, args: [6]uint64{arg, arg >> 7}}
		got := run(insns(b), &c)
		if want, ok := reference(insns(b), &c); ok && got != want {
			t.Errorf("%x: %#x, not %#x", b, got, want)
		}
	})
}

// FuzzParse feeds the readers of what the kernel and files say: they do not
// panic, and what they find was there.
func FuzzParse(f *testing.F) {
	f.Add("a *:* rwm\nc 1:3 rwm\nb 8:* r\n")
	f.Add("\xcd 0:0 r\nd 1:3 rw\n")
	f.Add("pos:\t0\nflags:\t02\nmnt_id:\t27\n")
	f.Add("root:x:0:0:root:/root:/bin/sh\n:x:1\n")
	f.Add("lower\\:one:/two:/var/lib/docker/overlay2/x:/a\\\\b")
	f.Add("sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\n00 0 1 0 0 0 0 2 0 77\n")
	f.Add("Name:\tsh\nKthread:\t0\nCapPrm:\t0000000000000000\n")
	f.Add("docker-default (enforce)")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range parseDevices(text) {
			if again := parseDevices(r.String() + " rw"); len(again) != 1 || again[0] != r {
				t.Errorf("%+v: %+v", r, again)
			}
		}
		if id, ok := parseMountID(text); ok && !strings.Contains(text, itoa(id)[1:]) {
			t.Errorf("mount %d", id)
		}
		if name, _ := findAccount(strings.NewReader(text), 0); strings.ContainsAny(name, ":\n") {
			t.Errorf("account %q", name)
		}
		for _, path := range layersOf(text) {
			if !strings.HasPrefix(path, "/") || len(path) > len(text) {
				t.Errorf("layer %q", path)
			}
		}
		if hasInode(text, 77) && !strings.Contains(text, "77") {
			t.Error("an inode that is not there")
		}
		(&subject{Process: &inspect.Process{}}).outdoes(text)
		weighLabel(text)
		placeOf(text)
	})
}

func TestLayers(t *testing.T) {
	for text, want := range map[string][]string{
		"/": {"/"}, "/a:/b": {"/a", "/b"}, `/a\:b:/c`: {"/a:b", "/c"}, "l/X:../y": nil, "/var/lib/docker/overlay2/abc/diff:/etc": {"/etc"},
	} {
		if got := layersOf(text); !slices.Equal(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestInode(t *testing.T) {
	raw := "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n   1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0 0\n"
	netlink := "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n0000000000000000 0   1          00000000 0        0        0     2        0        815\n"
	if !hasInode(raw, 4711) || hasInode(raw, 2) || !hasInode(netlink, 815) || hasInode(netlink, 2) {
		t.Error("wrong column")
	}
}
