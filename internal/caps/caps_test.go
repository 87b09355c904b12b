package caps

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestNumbers(t *testing.T) {
	for name, want := range map[string]Cap{
		"CAP_CHOWN":              unix.CAP_CHOWN,
		"net_admin":              unix.CAP_NET_ADMIN,
		"Cap_Sys_Admin":          unix.CAP_SYS_ADMIN,
		"CAP_SETFCAP":            unix.CAP_SETFCAP,
		"cap_audit_read":         unix.CAP_AUDIT_READ,
		"perfmon":                unix.CAP_PERFMON,
		"CAP_BPF":                unix.CAP_BPF,
		"CAP_CHECKPOINT_RESTORE": unix.CAP_CHECKPOINT_RESTORE,
		"cap_63":                 63,
	} {
		if got, err := ParseCap(name); err != nil || got != want {
			t.Errorf("ParseCap(%q) = %v, %v, want %d", name, got, err, want)
		}
	}
	if len(names) != unix.CAP_LAST_CAP+1 {
		t.Errorf("%d names, x/sys knows %d", len(names), unix.CAP_LAST_CAP+1)
	}
	for _, bad := range []string{"", "cap_", "CAP_CAP_CHOWN", "12", "cap_64", "cap_041", "cap_+4", "cap_-1", "all!", "ALL"} {
		if c, err := ParseCap(bad); err == nil {
			t.Errorf("ParseCap(%q) = %v", bad, c)
		}
	}
}

func TestDefault(t *testing.T) {
	want, err := Parse("chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service sys_chroot kill audit_write")
	if err != nil || Default != want {
		t.Fatalf("Default = %v, want %v (%v)", Default, want, err)
	}
	if n := len(Default.Caps()); n != 14 {
		t.Fatalf("%d capabilities by default, want 14", n)
	}
}

func TestSet(t *testing.T) {
	s := SetOf(unix.CAP_KILL, unix.CAP_BPF)
	if got := s.String(); got != "CAP_KILL,CAP_BPF" {
		t.Errorf("String() = %s", got)
	}
	if !s.Has(unix.CAP_BPF) || s.Has(unix.CAP_CHOWN) || s.Without(SetOf(unix.CAP_BPF)).Has(unix.CAP_BPF) || !s.With(Default).Has(unix.CAP_CHOWN) {
		t.Error("Has, With or Without is wrong")
	}
	if UpTo(63) != ^Set(0) || UpTo(0) != 1 || UpTo(unix.CAP_LAST_CAP) != All {
		t.Error("UpTo is wrong")
	}
}

func TestApply(t *testing.T) {
	for _, c := range []struct{ add, drop, want string }{
		{"", "", Default.String()},
		{"net_admin", "mknod,CAP_NET_RAW", "chown dac_override fsetid fowner setgid setuid setfcap setpcap net_bind_service sys_chroot kill audit_write net_admin"},
		{"", "ALL", "NONE"},
		{"kill", "all", "kill"},
		{"ALL", "", "ALL"},
		{"all", "sys_admin", All.Without(SetOf(unix.CAP_SYS_ADMIN)).String()},
	} {
		want, err := Parse(c.want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Apply(Default, strings.Fields(c.add), strings.FieldsFunc(c.drop, func(r rune) bool { return r == ',' }))
		if err != nil || got != want {
			t.Errorf("add %q drop %q = %v, %v, want %v", c.add, c.drop, got, err, want)
		}
	}
	for _, c := range [][2][]string{
		{{"kill"}, {"kill"}}, {{"ALL"}, {"ALL"}}, {{"nosuch"}, nil}, {nil, {"nosuch"}},
	} {
		if s, err := Apply(Default, c[0], c[1]); err == nil {
			t.Errorf("add %v drop %v = %v, want an error", c[0], c[1], s)
		}
	}
}

func TestLast(t *testing.T) {
	text, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err != nil {
		t.Skip("nothing to compare with: ", err)
	}
	if got := fmt.Sprintln(int(Last())); got != string(text) {
		t.Errorf("the last capability is %s by prctl and %s by /proc", got, text)
	}
}

func TestHeld(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	status, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/status", unix.Gettid()))
	if err != nil {
		t.Skip("nothing to compare with: ", err)
	}
	if want := maskOf(t, status, "CapPrm:"); Held() != want {
		t.Errorf("held %v, and the status says %v", Held(), want)
	}
}

const roleVariable = "ISLE_TEST_CAPS"

// TestMain lets the test run itself as a process whose capabilities may go.
func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) != "" {
		capsetAndShow()
		return
	}
	os.Exit(m.Run())
}

// wanted has members in both words, and differs between the three sets.
var wantEffective, wantPermitted, wantInheritable = SetOf(unix.CAP_KILL), SetOf(unix.CAP_KILL, unix.CAP_BPF), SetOf(unix.CAP_BPF)

func capsetAndShow() {
	runtime.LockOSThread()
	header, data := Header(), Data(wantEffective, wantPermitted, wantInheritable)
	if _, _, errno := syscall.RawSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header[0])), uintptr(unsafe.Pointer(&data[0])), 0); errno != 0 {
		fmt.Println("capset:", errno)
		return
	}
	status, err := os.ReadFile("/proc/thread-self/status")
	fmt.Println(string(status), err)
}

// TestCapset gives the bytes to the kernel and reads back what it made of them.
func TestCapset(t *testing.T) {
	self, err := os.ReadFile("/proc/thread-self/status")
	if err != nil {
		t.Fatal(err)
	}
	if have := maskOf(t, self, "CapPrm:"); have&wantPermitted != wantPermitted {
		t.Skipf("permitted set is %v: %v are needed", have, wantPermitted)
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{roleVariable + "=1"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for field, want := range map[string]Set{"CapEff:": wantEffective, "CapPrm:": wantPermitted, "CapInh:": wantInheritable} {
		if got := maskOf(t, out, field); got != want {
			t.Errorf("%s %v, want %v", field, got, want)
		}
	}
}

func maskOf(t *testing.T, status []byte, field string) Set {
	t.Helper()
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte(field)); ok {
			s, err := ParseMask(string(bytes.TrimSpace(rest)))
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	}
	t.Fatalf("no %s in %s", field, status)
	return 0
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "ALL", "none", "CAP_KILL,net_admin", "cap_63 cap_41", ",,", "cap_64", "ſetuid"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		s, err := Parse(list)
		if err != nil {
			return
		}
		if again, err := Parse(s.String()); err != nil || again != s {
			t.Fatalf("%q is %v, which reads back as %v, %v", list, s, again, err)
		}
	})
}

func FuzzParseMask(f *testing.F) {
	f.Add("000001fffeffffff")
	f.Add("+1")
	f.Fuzz(func(t *testing.T, hex string) {
		s, err := ParseMask(hex)
		if again, err2 := ParseMask(fmt.Sprintf("%016x", uint64(s))); err == nil && (err2 != nil || again != s) {
			t.Fatalf("%q is %v, which reads back as %v, %v", hex, s, again, err2)
		}
	})
}
