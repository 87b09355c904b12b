package seccomp

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDockerProfile reads the profile as docker publishes it and compares what it
// compiles to with the one that is linked in.
func TestDockerProfile(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skipf("no go command to find the module with: %v", err)
	}
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/moby/profiles/seccomp").Output()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(strings.TrimSpace(string(dir)), "default.json")
	for _, h := range []Host{host(), host("CAP_SYS_ADMIN", "CAP_BPF"), {Arch: ARM64, Kernel: [2]uint64{4, 7}}} {
		p, err := ParseFile(path, h)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Compile(p, h.Arch)
		if err != nil {
			t.Fatal(err)
		}
		want, err := Compile(Default(h), h.Arch)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Listing(want), Listing(got)); diff != "" {
			t.Error(diff)
		}
	}
}

// conditional has a rule for every condition that docker's format knows.
const conditional = `{
	"defaultAction": "SCMP_ACT_ERRNO",
	"defaultErrno": "ENOSYS",
	"archMap": [
		{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
		{"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]}
	],
	"syscalls": [
		{"name": "always", "action": "SCMP_ACT_ALLOW", "args": null, "comment": "old form", "includes": {}, "excludes": {}},
		{"names": ["on-amd64"], "action": "SCMP_ACT_ALLOW", "includes": {"arches": ["amd64", "x32"]}},
		{"names": ["not-amd64"], "action": "SCMP_ACT_ALLOW", "excludes": {"arches": ["amd64"]}},
		{"names": ["with-both"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_BPF", "CAP_PERFMON"]}},
		{"names": ["without-bpf"], "action": "SCMP_ACT_ALLOW", "excludes": {"caps": ["CAP_BPF"]}},
		{"names": ["from-4.8"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8"}},
		{"names": ["until-4.8"], "action": "SCMP_ACT_ERRNO", "errno": "EPERM", "errnoRet": 1, "excludes": {"minKernel": "4.8"}}
	]
}`

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		host Host
		want string
	}{
		{host(), "always on-amd64 without-bpf from-4.8"},
		{host("CAP_BPF"), "always on-amd64 from-4.8"},
		{host("CAP_BPF", "CAP_PERFMON"), "always on-amd64 with-both from-4.8"},
		{Host{Arch: ARM64, Kernel: [2]uint64{4, 7}}, "always not-amd64 without-bpf until-4.8"},
		{Host{Arch: AMD64, Kernel: [2]uint64{4, 8}}, "always on-amd64 without-bpf from-4.8"},
	} {
		p, err := Parse(strings.NewReader(conditional), c.host)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range p.Syscalls {
			names = append(names, s.Names...)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%v: %s, want %s", c.host, got, c.want)
		}
		if len(p.Architectures) != 2 || p.DefaultErrnoRet == nil || *p.DefaultErrnoRet != 38 {
			t.Errorf("architectures %v, errno %v", p.Architectures, p.DefaultErrnoRet)
		}
	}
}

func TestParseRefused(t *testing.T) {
	for text, want := range map[string]string{
		``:                           "empty",
		`{}`:                         "defaultAction is missing",
		"{\n\n\"defaultAction\": 1}": "line 3: ",
		"{\n\"defaultAction\": \"SCMP_ACT_ALLOW\",}":         "line 2: invalid character",
		`{"defaultAction": "SCMP_ACT_ALLOW"} x`:              "more follows",
		`{"defaultAction": "SCMP_ACT_ALLOW", "sycalls": []}`: `unknown field "sycalls"`,
		rules(`null`):                                            "syscalls[0] is null",
		rules(`{"name": "a", "names": ["b"]}`):                   "both name and names",
		rules(`{"name": "a", "errno": "EWHAT"}`):                 `unknown errno: "EWHAT"`,
		rules(`{"name": "a", "errno": "EPERM", "errnoRet": 2}`):  "EPERM is 1, but the number given is 2",
		rules(`{"name": "a", "includes": {"minKernel": "six"}}`): "invalid kernel version",
		rules(`{"name": "a", "args": [{"index": -1}]}`):          "cannot unmarshal",
		`{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86"], "archMap": [{"architecture": "SCMP_ARCH_X86"}]}`: "both architectures and archMap",
		strings.Repeat(" ", maxProfile+1): "larger than",
	} {
		if _, err := Parse(strings.NewReader(text), host()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: error is %v, want %q in it", text, err, want)
		}
	}
	if _, err := ParseFile("/nonexistent", host()); err == nil || !os.IsNotExist(err) && !strings.Contains(err.Error(), "open seccomp profile") {
		t.Errorf("error is %v", err)
	}
}

func rules(list string) string {
	return `{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [` + list + `]}`
}

func TestParseRelease(t *testing.T) {
	for release, want := range map[string][2]uint64{"6.18.44-fc": {6, 18}, "6.18": {6, 18}, "4.8-rc1": {4, 8}, "5.10+": {5, 10}} {
		if got, err := parseRelease(release); err != nil || got != want {
			t.Errorf("%s: %v, %v", release, got, err)
		}
	}
	for _, release := range []string{"", "6", "6.", "six.1", ".6", "6-18", "99999999999.1"} {
		if got, err := parseRelease(release); err == nil {
			t.Errorf("%s: %v, want an error", release, got)
		}
	}
}

// FuzzParse wants no input to crash the reader or the compiler, and what compiles
// to agree with the reference.
func FuzzParse(f *testing.F) {
	f.Add([]byte(conditional))
	f.Add([]byte(rules(`{"names": ["clone"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]}`)))
	f.Add([]byte(rules(`{"names": ["read", "write"], "action": "SCMP_ACT_NOTIFY", "errnoRet": 5}`)))
	f.Add([]byte(`{"defaultAction": "SCMP_ACT_KILL", "architectures": ["SCMP_ARCH_X32"], "flags": ["SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "/x"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Parse(strings.NewReader(string(text)), host("CAP_BPF"))
		if err != nil {
			return
		}
		filter, err := Compile(p, AMD64)
		if err != nil {
			return
		}
		vm, args, rnd := machineFor(t, filter), interesting(p), rand.New(rand.NewPCG(1, 1))
		for n := range uint32(500) {
			d := data{number: n, audit: audits[AMD64][n%2]}
			for i := range d.args {
				d.args[i] = args[rnd.IntN(len(args))]
				if n%2 == 1 {
					d.args[i] &= 0xffffffff
				}
			}
			if got, want := run(t, vm, d), reference(p, AMD64, d); got != want {
				t.Fatalf("%#x: filter says %v, profile %v", d, got, want)
			}
		}
	})
}
