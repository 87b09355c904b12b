package chart

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"isle/internal/beside"
)

// server is the program that serves the map. A web server takes long to start,
// which isle itself must not.
const server = "isle-web"

// serve executes it in the place of this process.
func serve(address string) error {
	path := beside.Find(server)
	if path == "" {
		return fmt.Errorf("%s is not here, which serves the map: make build puts it beside isle, or go install ./cmd/%s", server, server)
	}
	words := []string{server}
	if address != "" {
		words = append(words, address)
	}
	return fmt.Errorf("execute %s: %w", path, unix.Exec(path, words, os.Environ()))
}
