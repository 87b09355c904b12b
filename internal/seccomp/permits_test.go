package seccomp

import (
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/unix"
)

// TestPermits asks of random profiles, and compares the answers with what the
// filters do: a yes holds for all arguments, and without conditions a no does.
func TestPermits(t *testing.T) {
	yes, no := 0, 0
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		p, arch := randomProfile(rnd), Arch(rnd.IntN(2))
		plain := seed%2 == 0
		for i := range p.Syscalls {
			if plain {
				p.Syscalls[i].Args = nil
			}
		}
		f, err := Compile(p, arch)
		if err != nil {
			t.Fatal(err)
		}
		vm, args := machineFor(t, f), interesting(p)
		for nr := range uint32(470) {
			permits := f.Permits(arch, nr)
			for range 8 {
				d := data{number: nr, audit: audits[arch][0]}
				for i := range d.args {
					d.args[i] = args[rnd.IntN(len(args))]
				}
				got := run(t, vm, d)
				runs := got == unix.SECCOMP_RET_ALLOW || got == unix.SECCOMP_RET_LOG
				if permits && !runs || plain && runs != permits {
					t.Fatalf("call %d: permitted %v, but %v\n%.3000s", nr, permits, got, Listing(f))
				}
			}
			if permits {
				yes++
			} else {
				no++
			}
		}
	}
	if yes == 0 || no == 0 {
		t.Error("not both answers: ", yes, no)
	}
}

// TestPermitsDefault asks of the profile of engines.
func TestPermitsDefault(t *testing.T) {
	f, err := Compile(Default(Host{Arch: AMD64, Kernel: [2]uint64{6, 18}}), AMD64)
	if err != nil {
		t.Fatal(err)
	}
	const read, accept4, clone, mount = 0, 288, 56, 165
	if !f.Permits(AMD64, read, accept4) || f.Permits(AMD64, clone) || f.Permits(AMD64, read, mount) {
		t.Error(f.Permits(AMD64, read, accept4), f.Permits(AMD64, clone), f.Permits(AMD64, mount))
	}
}

// TestPermitsBrokenPrograms says no to what the kernel would not take.
func TestPermitsBrokenPrograms(t *testing.T) {
	for _, insns := range [][]unix.SockFilter{
		{},
		{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}},
		{{Code: unix.BPF_JMP | unix.BPF_JA, K: 7}},
		{{Code: unix.BPF_JMP | unix.BPF_JA, K: 0xffffffff}},
		{{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 200}},
		{{Code: unix.BPF_RET | unix.BPF_A}},
	} {
		if f := (&Filter{Insns: insns}); f.Permits(AMD64, 0) {
			t.Errorf("permitted by %v", insns)
		}
	}
}
