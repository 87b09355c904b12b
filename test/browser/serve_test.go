package browser

import (
	"context"
	"net"
	"testing"

	"github.com/chromedp/chromedp"

	"isle/internal/web"
)

// serve serves a host, and returns where.
func serve(t *testing.T, h *host) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := web.New(web.Options{Source: web.Source{Map: h.chart, Detail: h.detail}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return server.URL(l.Addr())
}

// open shows a host in a tab of its own.
func open(t *testing.T, h *host, width, height int) *tab {
	t.Helper()
	b := newTab(t, width, height)
	b.do(chromedp.Navigate(serve(t, h)))
	b.want(`document.querySelector("#live").dataset.state`, "live")
	b.want(`document.querySelectorAll("#canvas .island").length > 0`, "true")
	return b
}
