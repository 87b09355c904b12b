package feature

import (
	"slices"
	"strings"
	"testing"
)

func TestParseVersion(t *testing.T) {
	for release, want := range map[string]Version{
		"6.18.44-generic": {6, 18}, "7.2": {7, 2}, "5.14.0-427.el9": {5, 14}, "6.1-rc3": {6, 1},
	} {
		if got, err := ParseVersion(release); err != nil || got != want {
			t.Errorf("ParseVersion(%q) = %v, %v", release, got, err)
		}
	}
	for _, bad := range []string{"", "6", "6.", ".1", "a.b", "-6.1", "6.-1", "6.99999999999", "+6.1"} {
		if v, err := ParseVersion(bad); err == nil {
			t.Errorf("ParseVersion(%q) = %v", bad, v)
		}
	}
	if !(Version{5, 19}).Less(Version{6, 0}) || (Version{6, 10}).Less(Version{6, 9}) || (Version{6, 9}).Less(Version{6, 9}) {
		t.Error("Less is wrong")
	}
}

func FuzzParseVersion(f *testing.F) {
	f.Add("6.18.44-generic")
	f.Add("6.")
	f.Fuzz(func(t *testing.T, release string) {
		v, err := ParseVersion(release)
		if err == nil && v.String() != "" {
			if again, err := ParseVersion(v.String()); err != nil || again != v {
				t.Fatalf("%q is %v, which reads back as %v, %v", release, v, again, err)
			}
		}
	})
}

func TestParseRanges(t *testing.T) {
	got, err := parseRanges(strings.NewReader("# who\nann:100000:65536\n\n7:200000:1\nbad\nb:x:1\nc:1:-1\nd:4294967290:10\ne:1:0\n:1:1\nf:1:1:1\n"))
	want := []idRange{{"ann", 100000, 65536}, {"7", 200000, 1}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	if n := free(want); n != 200001 {
		t.Errorf("free = %d", n)
	}
	if n := free([]idRange{{"x", 1, 1<<32 - 10}}); n != 0 {
		t.Errorf("free = %d, want none", n)
	}
	if c := (subordinate{}).add("ann", "7", 0); c != nil {
		t.Errorf("%q though no ids are free", c)
	}
	if c := (subordinate{"/etc/subuid", "--add-subuids"}).add("", "7", 100000); c[0] != "echo 7:100000:65536 >>/etc/subuid" {
		t.Error(c)
	}
}

func FuzzParseRanges(f *testing.F) {
	f.Add("ann:100000:65536\n")
	f.Add("d:4294967290:10\n#:1:1")
	f.Fuzz(func(t *testing.T, text string) {
		ranges, _ := parseRanges(strings.NewReader(text))
		for _, r := range ranges {
			if r.owner == "" || r.count == 0 || uint64(r.first)+uint64(r.count) > 1<<32-1 {
				t.Fatalf("%q gives %v", text, r)
			}
		}
		if n := free(ranges); n != 0 && (n < 100000 || n+manyIDs > 1<<32-1) {
			t.Fatalf("free = %d", n)
		}
	})
}

func FuzzFileCaps(f *testing.F) {
	f.Add(capabilities(1 << 7))
	f.Add(append(capabilities(1 << 7)[:3], 3))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, value []byte) {
		permitted, err := fileCaps(value)
		if permitted != 0 && (err != nil || value[0]&1 == 0) {
			t.Fatalf("%x gives %x, %v", value, permitted, err)
		}
	})
}

func TestInstall(t *testing.T) {
	for release, want := range map[string]string{
		"ID=debian\n": "apt-get install uidmap",
		"NAME=x\nID=rocky\nID_LIKE=\"rhel centos fedora\"": "dnf install shadow-utils",
		"ID=alpine": "apk add shadow-uidmap",
		"ID=\"opensuse-leap\"\nID_LIKE='suse opensuse'\n": "zypper install shadow",
		"": "apt-get install uidmap",
	} {
		if got := installOn(release); got != want {
			t.Errorf("installOn(%q) = %q, want %q", release, got, want)
		}
	}
}

// TestPolicy is about hosts that this one is not: recorded states, not probed.
func TestPolicy(t *testing.T) {
	host := func(settings ...string) func(string) (string, bool) {
		return func(name string) (string, bool) {
			i := slices.Index(settings, name)
			if i < 0 {
				return "", false
			}
			return settings[i+1], true
		}
	}
	const debian, ubuntu = "kernel.unprivileged_userns_clone", "kernel.apparmor_restrict_unprivileged_userns"
	for _, settings := range [][]string{nil, {debian, "1"}, {ubuntu, "0"}} {
		if err := policy(host(settings...), "/isle"); err != nil {
			t.Errorf("%v: %v", settings, err)
		}
	}
	err := policy(host(debian, "0", ubuntu, "1"), "/isle").(*NotSupportedError)
	if !slices.Equal(err.Fix, []string{"sysctl -w " + debian + "=1"}) {
		t.Error(err.Fix)
	}
	err = policy(host(ubuntu, "1"), `/opt/my "isle"`).(*NotSupportedError)
	if !strings.Contains(err.Fix[0], `profile isle "/opt/my \"isle\"" flags=(unconfined) {`) || err.Fix[1] != "apparmor_parser -r /etc/apparmor.d/isle" {
		t.Error(err.Fix)
	}
}

func TestLacks(t *testing.T) {
	const config = "CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_AB=n\n"
	for option, want := range map[string]bool{"CONFIG_A": false, "CONFIG_B": false, "CONFIG_C": true, "CONFIG_AB": true, "CONFIG_": true} {
		if got := lacks(strings.NewReader(config), option); got != want {
			t.Errorf("lacks %s = %v", option, got)
		}
	}
}
