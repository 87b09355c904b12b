package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"isle/internal/web"
)

func main() {
	if len(os.Args) > 2 || len(os.Args) == 2 && strings.HasPrefix(os.Args[1], "-") {
		fmt.Fprintln(os.Stderr, "usage: isle map --web [ADDRESS]")
		os.Exit(2)
	}
	address := ""
	if len(os.Args) == 2 {
		address = os.Args[1]
	}
	if err := serve(address); err != nil {
		fmt.Fprintln(os.Stderr, "isle:", err)
		os.Exit(1)
	}
}

// serve serves the map until it is interrupted.
func serve(address string) error {
	where, err := parse(address)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", where.listen)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	server := web.New(web.Options{Source: source(), Address: where.name(listener.Addr())})
	fmt.Printf("The map is at\n\n    %s\n\nThe URL works once, for one browser. Ctrl-C ends it.\n", server.URL(listener.Addr()))
	if os.Geteuid() != 0 {
		fmt.Fprintln(os.Stderr, "note: an ordinary user sees only processes of his own")
	}
	if !where.loopback {
		fmt.Fprintln(os.Stderr, "note: this is no loopback address: who sees the traffic can read the URL and the map, which are not encrypted")
	}
	return server.Serve(ctx, listener)
}
