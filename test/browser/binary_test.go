package browser

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// build puts isle and the program that it executes into a folder.
func build(t *testing.T) (isle string) {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("go", "build", "-o", dir, "isle/cmd/isle", "isle/cmd/isle-web")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return filepath.Join(dir, "isle")
}

// mapWeb starts "isle map --web", and returns the URL that it prints.
func mapWeb(t *testing.T, isle string) string {
	t.Helper()
	cmd := exec.Command(isle, "map", "--web")
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGINT)
		if err := cmd.Wait(); err != nil {
			t.Errorf("isle map --web after Ctrl-C: %v: %s", err, errs.String())
		}
	})
	url := regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+/\?token=\S+`)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := url.FindString(lines.Text()); found != "" {
			return found
		}
	}
	t.Fatalf("no URL was printed: %s", errs.String())
	return ""
}

// sandbox starts a program in a user, network and UTS namespace of its own.
func sandbox(t *testing.T) (end func()) {
	t.Helper()
	if out, err := exec.Command("unshare", "--user", "--map-root-user", "true").CombinedOutput(); err != nil {
		t.Skipf("this user may make no user namespaces: %v: %s", err, out)
	}
	cmd := exec.Command("unshare", "--user", "--map-root-user", "--net", "--uts", "sh", "-c", "hostname island; echo; exec sleep 97531")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadByte(); err != nil {
		t.Fatalf("the sandbox: %v, %v", err, cmd.Wait())
	}
	end = func() { cmd.Process.Kill(); cmd.Wait() }
	t.Cleanup(end)
	return end
}

// TestBinary is what a person does with the built programs and this very host:
// a sandbox comes, is looked at closely, and goes.
func TestBinary(t *testing.T) {
	chromium(t)
	url := mapWeb(t, build(t))
	b := newTab(t, 1280, 800)
	b.do(chromedp.Navigate(url))
	b.want(`document.querySelector("#live").dataset.state`, "live")
	b.want(`document.querySelectorAll("#canvas .island.sort-host").length`, "1")
	b.press("/")
	b.press("97531")
	const found = `[...document.querySelectorAll("#canvas .island.match:not(.sort-host)")].map(i => i.dataset.kinds).join("; ")`
	b.want(found, "")
	end := sandbox(t)
	b.want(found, "user net uts")
	b.want(`document.querySelectorAll("#canvas .island.match .badge.own").length`, "3")

	b.js(`document.querySelector("#canvas .island.match:not(.sort-host)").focus()`)
	b.press(kb.Enter)
	b.want(`document.querySelector("#panel-title").textContent`, "sleep")
	b.click("#tab-Processes")
	b.want(`document.querySelector("#panel").textContent.includes("sleep 97531")`, "true")
	b.click("#tab-Difference")
	b.want(`document.querySelector("#panel").textContent.includes("host name")`, "true")
	b.want(`document.querySelector("#panel").textContent.includes("island")`, "true")
	b.click("#tab-Audit")
	b.want(`/[0-9.]+ of 10/.test(document.querySelector("#panel").textContent)`, "true")
	b.want(`document.querySelector("#panel").textContent.includes("Shares the host's mount namespace")`, "true")

	end()
	b.want(found, "")
	b.want(`document.querySelector("#panel .word").textContent`, "Ended")
}
