package page

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"isle/internal/atlas"
	"isle/internal/island"
	"isle/ns"
)

// hostile is a map of which every text tries to get out of where it is put.
func hostile() *atlas.Map {
	const evil = "</script><script>alert(1)</script></title><!-- --> \" ' & \u2028\u2029 <img src=x onerror=alert(1)> ]]> <!--picture-->"
	host := &island.Island{ID: "host", Sort: island.Host, Name: evil, Command: evil, Apart: ns.All, Processes: []int{1}}
	for k := range host.NS {
		host.NS[k] = uint64(100 + k)
	}
	guest := *host
	guest.ID, guest.Sort, guest.Parent, guest.Engine, guest.Container = "guest", island.Sandbox, "host", evil, evil
	return &atlas.Map{
		Schema: atlas.Schema, Host: evil, Kernel: evil, Taken: time.Unix(1, 0), Islands: []*island.Island{host, &guest},
		Processes:  []atlas.Process{{PID: 1, Island: "host", Command: evil}},
		Namespaces: []*atlas.Namespace{{Inode: 7, Kind: ns.Net, Held: []string{evil}}},
		Links:      []atlas.Link{{Kind: evil, From: atlas.End{Net: 104, Name: evil}, To: atlas.End{Net: 7, Name: evil, Addresses: []string{evil}}}},
	}
}

func written(t *testing.T, m *atlas.Map) string {
	t.Helper()
	var b bytes.Buffer
	if err := File(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// nodes are the elements of a document, by name.
func nodes(t *testing.T, document string) map[string][]*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]*html.Node{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			found[n.Data] = append(found[n.Data], n)
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestFileKeepsHostileTextsText(t *testing.T) {
	found := nodes(t, written(t, hostile()))
	if n := len(found["script"]); n != 3 {
		t.Errorf("the file has %d script elements, want 3", n)
	}
	for _, name := range []string{"img", "iframe", "object", "form", "base"} {
		if len(found[name]) > 0 {
			t.Errorf("a text became an element %s", name)
		}
	}
	for _, all := range found {
		for _, n := range all {
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("element %s has %s=%q", n.Data, a.Key, a.Val)
				}
			}
		}
	}
	if got, want := found["title"][0].FirstChild.Data, hostile().Host+" – isle"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
}

func TestFileHasTheWholeMap(t *testing.T) {
	for _, script := range nodes(t, written(t, hostile()))["script"] {
		if attribute(script, "type") != "application/json" {
			continue
		}
		var m atlas.Map
		if err := json.Unmarshal([]byte(script.FirstChild.Data), &m); err != nil {
			t.Fatal(err)
		}
		if want := hostile(); m.Host != want.Host || m.Find("guest").Name != want.Islands[1].Name || m.Links[0].To.Addresses[0] != want.Links[0].To.Addresses[0] {
			t.Errorf("the map in the file is %+v", m)
		}
		return
	}
	t.Error("the file has no map in it")
}

func TestFileFetchesNothing(t *testing.T) {
	document := written(t, hostile())
	for name, all := range nodes(t, document) {
		for _, n := range all {
			for _, key := range []string{"src", "href", "srcset", "data", "action", "poster"} {
				if v := attribute(n, key); v != "" && !strings.HasPrefix(v, "#") && !strings.HasPrefix(v, "data:") {
					t.Errorf("%s has %s=%q", name, key, v)
				}
			}
		}
	}
	if m := regexp.MustCompile(`(?i)@import|url\((?:"|')?(?:https?:)?//`).FindString(Style()); m != "" {
		t.Errorf("the style fetches: %q", m)
	}
	if !strings.Contains(document, "default-src 'none'") {
		t.Error("the file has no policy")
	}
}

// The nonce stands on the file's own scripts, and is another in each file.
func TestFileMarksItsScripts(t *testing.T) {
	seen := map[string]bool{}
	for range 3 {
		marked := 0
		for _, script := range nodes(t, written(t, hostile()))["script"] {
			if n := attribute(script, "nonce"); n != "" {
				marked++
				seen[n] = true
			}
		}
		if marked != 2 {
			t.Errorf("%d scripts are marked, want 2", marked)
		}
	}
	if len(seen) != 3 {
		t.Errorf("three files have %d nonces", len(seen))
	}
}

func TestLive(t *testing.T) {
	var b bytes.Buffer
	if err := Live(&b); err != nil {
		t.Fatal(err)
	}
	if document := b.String(); strings.Contains(document, "<!--") || strings.Contains(document, "<style") || !strings.Contains(document, `src="/script.js"`) {
		t.Errorf("the live page is %s", document)
	}
	if Live(broken{}) == nil {
		t.Error("that the page could not be written is not told")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestInert(t *testing.T) {
	got := inert([]byte("<!--</script>&\u2028\u2029"))
	if want := `\u003c!--\u003c/script\u003e\u0026\u2028\u2029`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
