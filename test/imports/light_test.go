package imports

import (
	"slices"
	"testing"
)

// web is code for images, networks, apps and the web: heavy to start. A name
// stands for everything below it.
var web = []string{
	"net/http", "crypto/tls", "html/template",
	"gvisor.dev/gvisor",
	"github.com/google/go-containerregistry",
	"github.com/compose-spec",
	module + "/internal/image", module + "/internal/network", module + "/internal/compose", module + "/internal/web",
}

// index is what of the images can be known without the code that is slow.
var index = []string{module + "/internal/image/name", module + "/internal/image/store"}

// screen is code that only a person at a terminal needs.
var screen = []string{"github.com/spf13", "github.com/vbauerster"}

// packed are libraries that take long to initialise: cmd/isle-decompress has them.
var packed = []string{"github.com/klauspost", "github.com/ulikunitz"}

// light are the packages whose start is counted in microseconds, or which a
// program that imports isle pays for, and what is kept out of their path.
var light = map[string][][]string{
	"ns":                   {web, screen},
	"sandbox":              {web, screen},
	"internal/cli/unshare": {web, screen},
	"internal/cli/nsenter": {web, screen},
	"cmd/isle":             {web, screen, packed},
}

// firstHeavy returns the first import path that names stand for, or "".
func firstHeavy(deps, names []string) string {
	i := slices.IndexFunc(deps, func(dep string) bool {
		return !slices.Contains(index, dep) && slices.ContainsFunc(names, func(name string) bool { return within(dep, name) })
	})
	if i < 0 {
		return ""
	}
	return deps[i]
}

func TestLightPackagesStayLight(t *testing.T) {
	var patterns []string
	for name := range light {
		patterns = append(patterns, "./"+name)
	}
	for _, p := range listModule(t, patterns...) {
		for _, names := range light[p.name()] {
			if dep := firstHeavy(p.Deps, names); dep != "" {
				t.Errorf("%s depends on %s", p.name(), dep)
			}
		}
	}
}

func TestFirstHeavy(t *testing.T) {
	for dep, want := range map[string]bool{
		"net/http":                                   true,
		"net/http/httputil":                          true,
		"gvisor.dev/gvisor/pkg/tcpip":                true,
		module + "/internal/image/layer":             true,
		"net":                                        false,
		"net/httpx":                                  false,
		"golang.org/x/sys/unix":                      false,
		module + "/internal/images":                  false,
		module + "/internal/image/store":             false,
		"github.com/google/go-containerregistry/pkg": true,
	} {
		if got := firstHeavy([]string{"os", dep}, web) == dep; got != want {
			t.Errorf("%s heavy: %v, want %v", dep, got, want)
		}
	}
}
