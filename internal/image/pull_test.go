package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"isle/internal/image/registry"
	"isle/internal/image/store"
)

func TestPushPull(t *testing.T) {
	s := serve(t)
	want := pushed(t, s, "a/b:1", simple(t).docker(t, "x"))
	l := library(t)
	for range 2 {
		i, err := l.Pull(ctx, client(), nameOf(t, s.host()+"/a/b:1"), Here())
		if err != nil || i.Digest != want.Digest || i.Names[0] != s.host()+"/a/b:1" {
			t.Fatalf("%+v, %v", i, err)
		}
		shows(t, l, i)
	}
	if n := s.count("GET /v2/a/b/blobs/"); n != 3 {
		t.Errorf("%d requests for content, though 3 would do for both pulls", n)
	}
	whole(t, l)
	byDigest, err := l.Find(s.host() + "/a/b@" + want.Digest)
	if err != nil || byDigest.Digest != want.Digest {
		t.Errorf("by digest: %v", err)
	}
	other := library(t)
	if i, err := other.Pull(ctx, client(), nameOf(t, s.host()+"/a/b@"+want.Digest), Here()); err != nil || len(i.Names) != 0 {
		t.Errorf("by digest: %+v, %v", i, err)
	}
	whole(t, other)
}

func TestPullPlatform(t *testing.T) {
	s := serve(t)
	var list []store.Descriptor
	for _, arch := range []string{"amd64", "arm64", "riscv64"} {
		i := pushed(t, s, "multi:"+arch, sampleOf(t, arch, pack(t, file("arch", arch))).docker(t))
		d := i.Descriptor
		d.MediaType, d.Platform = store.ManifestType, &store.Platform{OS: "linux", Architecture: arch}
		list = append(list, d)
	}
	r, err := client().Open(ctx, registry.Place{Host: s.host(), Path: "multi"}, true)
	if err != nil {
		t.Fatal(err)
	}
	index := asJSON(t, store.Index{SchemaVersion: 2, MediaType: store.IndexType, Manifests: list})
	if err := r.PutManifest(ctx, "latest", store.IndexType, index); err != nil {
		t.Fatal(err)
	}
	l := library(t)
	for _, arch := range []string{"arm64", "riscv64"} {
		p, _ := ParsePlatform(arch)
		i, err := l.Pull(ctx, client(), nameOf(t, s.host()+"/multi"), p)
		if err != nil || i.Config.Architecture != arch || i.Sources[0] != s.host()+"/multi@"+digestOf(index) {
			t.Errorf("%s: %+v, %v", arch, i, err)
		}
	}
	p, _ := ParsePlatform("s390x")
	if _, err := l.Pull(ctx, client(), nameOf(t, s.host()+"/multi"), p); err == nil || !strings.Contains(err.Error(), "no image for linux/s390x") {
		t.Error(err)
	}
}

// big is an image whose content takes several packets.
func big(t testing.TB) sample {
	t.Helper()
	var noise strings.Builder
	for n := range 100_000 {
		fmt.Fprintf(&noise, "%x", n*n)
	}
	return sampleOf(t, Here().Architecture, pack(t, file("noise", noise.String())), pack(t, file("more", noise.String())))
}

// TestPullResumes: a connection that breaks again and again brings it all, once.
func TestPullResumes(t *testing.T) {
	s := serve(t)
	pushed(t, s, "big", big(t).docker(t))
	var sent atomic.Int64
	s.goesWrong(true, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		data := body(r, next)
		from := 0
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		w.Header().Set("Content-Length", fmt.Sprint(len(data)-from))
		if from > 0 {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(data)-1, len(data)))
			w.WriteHeader(http.StatusPartialContent)
		}
		n, _ := w.Write(data[from:min(len(data), from+100_000)])
		sent.Add(int64(n))
		if from+n < len(data) {
			panic(http.ErrAbortHandler)
		}
	})
	l := library(t)
	i, err := l.Pull(ctx, client(), nameOf(t, s.host()+"/big"), Here())
	if err != nil {
		t.Fatal(err)
	}
	whole(t, l)
	if total := i.Bytes() - i.Size; sent.Load() != total {
		t.Errorf("%d bytes were sent for content of %d", sent.Load(), total)
	}
}

// TestPullGoesOn: what one process fetched, another goes on with.
func TestPullGoesOn(t *testing.T) {
	s := serve(t)
	pushed(t, s, "big", big(t).docker(t))
	var ranges atomic.Int64
	var cut atomic.Bool
	cut.Store(true)
	s.goesWrong(true, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Header.Get("Range") != "" {
			ranges.Add(1)
		}
		if data := body(r, next); cut.Load() && len(data) > 100_000 {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			w.Write(data[:50_000])
			panic(http.ErrAbortHandler)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body(r, next)))
	})
	l := library(t)
	c := client()
	c.Retry.Tries = 1
	if _, err := l.Pull(ctx, c, nameOf(t, s.host()+"/big"), Here()); err == nil {
		t.Fatal("pulled though it was cut off")
	}
	cut.Store(false)
	if _, err := l.Pull(ctx, c, nameOf(t, s.host()+"/big"), Here()); err != nil {
		t.Fatal(err)
	}
	if ranges.Load() == 0 {
		t.Error("it began at the beginning again")
	}
	whole(t, l)
}

// TestPullTriesAgain: what fails by chance is tried again.
func TestPullTriesAgain(t *testing.T) {
	for _, status := range []int{429, 500, 502, 503, 504} {
		s := serve(t)
		pushed(t, s, "x", simple(t).docker(t))
		var n atomic.Int64
		s.goesWrong(false, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if n.Add(1)%3 != 0 {
				w.WriteHeader(status)
				return
			}
			next.ServeHTTP(w, r)
		})
		l := library(t)
		if _, err := l.Pull(ctx, client(), nameOf(t, s.host()+"/x"), Here()); err != nil {
			t.Errorf("%d: %v", status, err)
		}
		whole(t, l)
	}
}

// TestPullHostile: a registry that lies, stalls or lacks something is refused
// with one line, and leaves no image.
func TestPullHostile(t *testing.T) {
	for name, test := range map[string]struct {
		blobs bool
		fault func(w http.ResponseWriter, r *http.Request, next http.Handler)
		want  string
	}{
		"other content": {true, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			data := body(r, next)
			data[len(data)/2] ^= 1
			w.Write(data)
		}, "does not have the digest"},
		"too much": {true, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Write(append(body(r, next), make([]byte, 100_000)...))
		}, "sends more than"},
		"too little": {true, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			data := body(r, next)
			w.Write(data[:len(data)-1])
		}, "unexpected EOF"},
		"another range": {true, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Set("Content-Range", "bytes 7-8/9")
			w.WriteHeader(http.StatusPartialContent)
		}, "another range"},
		"nothing, for long": {true, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Set("Content-Length", "100000")
			w.Write([]byte("x"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "said nothing for"},
		"not there": {true, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			http.NotFound(w, r)
		}, "404"},
		"always busy": {false, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.WriteHeader(http.StatusTooManyRequests)
		}, "429"},
		"an endless manifest": {false, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !strings.Contains(r.URL.Path, "/manifests/") {
				next.ServeHTTP(w, r)
				return
			}
			w.Write(bytes.Repeat([]byte(" "), 5<<20))
		}, "longer than"},
		"a manifest of many layers": {false, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !strings.Contains(r.URL.Path, "/manifests/") {
				next.ServeHTTP(w, r)
				return
			}
			m := store.Manifest{SchemaVersion: 2, Config: store.Descriptor{Digest: digestOf(nil)}, Layers: make([]store.Descriptor, 20_000)}
			w.Write(asJSON(t, m))
		}, "20000 layers"},
		"a layer of many bytes": {false, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !strings.Contains(r.URL.Path, "/manifests/") {
				next.ServeHTTP(w, r)
				return
			}
			m := store.Manifest{SchemaVersion: 2, Config: store.Descriptor{Digest: digestOf(nil)}, Layers: []store.Descriptor{{Digest: digestOf(nil), Size: 1 << 60}}}
			w.Write(asJSON(t, m))
		}, "larger than the limit"},
		"a message of many lines": {false, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.WriteHeader(http.StatusForbidden)
			w.Write([]byte(`{"errors":[{"code":"DENIED","message":"no\nno\u001b[2J"}]}`))
		}, "403 Forbidden: DENIED: no no"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			want := pushed(t, s, "x", simple(t).docker(t))
			s.goesWrong(test.blobs, test.fault)
			l, c := library(t), client()
			c.Retry.Tries, c.Retry.Stall = 2, 300*time.Millisecond
			_, err := l.Pull(ctx, c, nameOf(t, s.host()+"/x"), Here())
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v", err)
			}
			if list, err := l.Images(); err != nil || len(list) != 0 {
				t.Errorf("%d images, %v", len(list), err)
			}
			if _, err := l.CollectAll(ctx); err != nil {
				t.Error(err)
			}
			if found := left(t, l); found != nil {
				t.Errorf("left: %v", found)
			}
			s.goesWrong(false, func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) })
			if i, err := l.Pull(ctx, c, nameOf(t, s.host()+"/x"), Here()); err != nil || i.Digest != want.Digest {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// TestPullStops: the caller's wish to stop ends a pull that waits.
func TestPullStops(t *testing.T) {
	s := serve(t)
	pushed(t, s, "x", simple(t).docker(t))
	ctx, stop := context.WithCancel(ctx)
	s.goesWrong(true, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		stop()
		<-r.Context().Done()
	})
	if _, err := library(t).Pull(ctx, client(), nameOf(t, s.host()+"/x"), Here()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestPullByName: short names, mirrors and what is blocked.
func TestPullByName(t *testing.T) {
	s, mirror := serve(t), serve(t)
	want := pushed(t, s, "team/x", simple(t).docker(t))
	c := client()
	c.Config = &registry.Config{
		Search:  []string{mirror.host(), s.host()},
		Aliases: map[string]string{"short": s.host() + "/team/x"},
		Registries: []registry.Registry{
			{Prefix: "far.example/y", Location: s.host() + "/team", Mirrors: []registry.Mirror{{Location: mirror.host() + "/y"}}},
			{Prefix: "far.example", Blocked: true},
		},
	}
	for from, full := range map[string]string{
		"team/x":          s.host() + "/team/x:latest",
		"short":           s.host() + "/team/x:latest",
		"far.example/y/x": "far.example/y/x:latest",
	} {
		i, err := library(t).Pull(ctx, c, nameOf(t, from), Here())
		if err != nil || i.Digest != want.Digest || i.Names[0] != full {
			t.Errorf("%s: %+v, %v", from, i, err)
		}
	}
	if mirror.count("GET /v2/y/x/manifests") != 1 {
		t.Error("the mirror was not asked")
	}
	if _, err := library(t).Pull(ctx, c, nameOf(t, "far.example/z"), Here()); !errors.Is(err, registry.ErrBlocked) {
		t.Error(err)
	}
}
