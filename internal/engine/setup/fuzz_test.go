package setup

import (
	"math"
	"path"
	"strings"
	"testing"

	"isle/internal/engine/request"
	"isle/internal/idmap"
)

func FuzzUlimit(f *testing.F) {
	for _, s := range []string{"nofile=1:2", "core=-1", "RLIMIT_NPROC=unlimited", "nofile=2:1", "x=1", "nofile=18446744073709551616"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := parseUlimit(s)
		if err == nil && (l.Soft > l.Hard || !strings.HasPrefix(l.Type, "RLIMIT_") || !strings.Contains(s, "=")) {
			t.Errorf("%q: %+v", s, l)
		}
		if err == nil && l.Soft == math.MaxUint64 && !strings.Contains(s, "-1") && !strings.Contains(s, "unlimited") && !strings.Contains(s, "18446744073709551615") {
			t.Errorf("%q is no limit", s)
		}
	})
}

func FuzzSize(f *testing.F) {
	for _, s := range []string{"1", "1k", "2MB", "3gib", "1t", "k", "-1", "1x", "9223372036854775807", "9000000000g", "1bb", "\xb0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := parseSize(s); err == nil && (n > math.MaxInt64 || s == "" || s[0] < '0' || s[0] > '9') {
			t.Errorf("%q: %d", s, n)
		}
	})
}

func FuzzMountOptions(f *testing.F) {
	for _, s := range []string{"ro", "rw,nosuid", "size=1k,mode=755", "lowerdir=/x", "idmap=uids=0-1-1", "upperdir=/a,workdir=/b", "U,z", "tmpcopyup", "=", "size="} {
		f.Add(s, "tmpfs")
		f.Add(s, "bind")
	}
	f.Fuzz(func(t *testing.T, s, kind string) {
		o, err := readOptions(&request.Mount{Type: kind, Options: strings.Split(s, ",")})
		if err != nil {
			return
		}
		for _, w := range append(o.bound(), o.fresh(&request.Mount{Type: kind})...) {
			if strings.Contains(w, ",") || strings.Contains(w, "dir=") {
				t.Errorf("%q: %q", s, w)
			}
		}
	})
}

func FuzzDevice(f *testing.F) {
	for _, s := range []string{"/dev/null", "/dev/a:/dev/b", "/dev/a:rw", "/dev/a:/b:m", "a:b:c:d", "/dev/../x:/y/..:r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		host, inside, access, err := parseDevice(s)
		if err == nil && (!path.IsAbs(host) || path.Clean(inside) != inside || access == "" || strings.Trim(access, "rwm") != "") {
			t.Errorf("%q: %q %q %q", s, host, inside, access)
		}
		if r, err := parseRule(s); err == nil && (r.Type == "" || !r.Allow || r.Major != nil && *r.Major < 0) {
			t.Errorf("%q: %+v", s, r)
		}
	})
}

func FuzzIDRange(f *testing.F) {
	for _, s := range []string{"0:1:2", "0:1", "4294967295:0:2", "1:2:0", "a:b:c", "0:4294967290:10"} {
		f.Add(s, uint32(5), uint32(10))
	}
	f.Fuzz(func(t *testing.T, s string, id, count uint32) {
		if r, err := parseIDRange(s); err == nil && (r.Count == 0 || uint64(r.Inside)+uint64(r.Count) > 1<<32 || uint64(r.Outside)+uint64(r.Count) > 1<<32) {
			t.Errorf("%q: %+v", s, r)
		}
		if count == 0 || id == math.MaxUint32 || count >= math.MaxUint32-1 {
			return
		}
		m := around(id, count)
		if err := m.Validate(); err != nil {
			t.Errorf("%d of %d: %v: %v", id, count, m, err)
		}
		if !ranges(m).has(id) || ranges(m).host(id) != 0 || total(m, 0) != max(count, 1) {
			t.Errorf("%d of %d: %v", id, count, m)
		}
		base := idmap.Map{{Inside: 0, Outside: 1000, Count: 1}, {Inside: 1, Outside: 100000, Count: math.MaxUint32 - 200000}}
		if got, err := over(m, base); err == nil {
			if err := idmap.Map(got).Validate(); err != nil || got.host(id) != 1000 {
				t.Errorf("%d of %d: %v: %v", id, count, got, err)
			}
		}
	})
}

func FuzzResolvConf(f *testing.F) {
	f.Add("nameserver 127.0.0.53\nsearch a b\n# x\noptions ndots:1\nsortlist 1.2.3.4\n")
	f.Fuzz(func(t *testing.T, text string) {
		servers, _, _, _ := parseResolv(text)
		for _, s := range reachable(servers) {
			if strings.HasPrefix(s, "127.") || s == "::1" {
				t.Errorf("%q: %q", text, s)
			}
		}
	})
}
