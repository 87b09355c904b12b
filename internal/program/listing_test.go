package program

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/test/golden"
)

func TestListing(t *testing.T) {
	b := &Builder{}
	fail := b.Label("fail")
	b.FailTo(fail)
	cell := b.Cell(8, "cell")
	again, none, none2 := b.Label("again"), b.Label("none"), b.Label("none")
	b.Mark(again)
	fd := b.Call(unix.SYS_OPENAT, Imm(unix.AT_FDCWD), b.Str("/etc\n\xff"), Imm(unix.O_PATH|unix.O_CLOEXEC|unix.O_DIRECTORY)).
		OnErrno(int(unix.ENOENT), none).OnErrno(int(unix.EINTR), again).OnErrno(4000, none2)
	b.Call(unix.SYS_CLOSE, fd.Result()).Ignore().Store(cell, 0)
	b.Mark(none)
	b.Call(unix.SYS_MOUNT, b.Str("none"), b.Str("/"), Null(), Imm(unix.MS_REC|unix.MS_PRIVATE), Null()).Ignore(int(unix.EINVAL))
	b.Mark(none2)
	b.Call(unix.SYS_UNSHARE, Imm(unix.CLONE_NEWNET|1<<40)).OnZero(none)
	b.Call(unix.SYS_PRCTL, Named(38, "PR_SET_NO_NEW_PRIVS"), Imm(1))
	b.Call(unix.SYS_EXECVE, b.Str("/bin/sh"), b.Strv([]string{"sh", `a "b"`}), b.Environ(nil))
	b.Call(4000, cell.Addr(0), cell.Load(0), b.Status(), b.Bytes([]byte{1}, ""), Imm(0)).OnError(none2)
	b.Sub(cell.Load(0), Imm(3)).OnZero(again)
	b.And(fd.Result(), Imm(255))
	b.Test(Imm(1))
	b.Fail(int(unix.EPERM))
	b.Jump(again)
	b.End()
	b.Mark(fail)
	b.Exit(Imm(1))

	var got strings.Builder
	if err := b.Listing(&got); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/listing.txt", got.String())
}

func TestListingAgain(t *testing.T) {
	b := &Builder{}
	l := b.Label("here")
	b.FailTo(l)
	b.Mark(l)
	b.Call(unix.SYS_GETPID)
	first := b.ListingLine(0)
	b.Call(unix.SYS_GETPID).Then(l)
	if second := b.ListingLine(0); first != "here:\n  getpid()\n" || second != first || b.Line(1) != "getpid(); then → here" {
		t.Errorf("%q, then %q and %q", first, second, b.Line(1))
	}
}

func TestQuoteIsCut(t *testing.T) {
	if q := quote(strings.Repeat("ä", 150)); len(q) > 210 || !strings.HasSuffix(q, `"...`) {
		t.Errorf("%d bytes: %s", len(q), q)
	}
}

func TestFlagNames(t *testing.T) {
	table := []Flag{{1, "A"}, {6, "B"}}
	for v, want := range map[uint64]string{0: "0", 1: "A", 2: "2", 7: "A|B", 9: "A|8", 0x11: "A|0x10"} {
		if got := FlagNames(v, table); got != want {
			t.Errorf("%#x is %s, want %s", v, got, want)
		}
	}
}

func TestErrnoName(t *testing.T) {
	if ErrnoName(1) != "EPERM" || ErrnoName(4000) != "4000" || ErrnoName(-3) != "-3" {
		t.Error(ErrnoName(1), ErrnoName(4000), ErrnoName(-3))
	}
}
