package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/coreos/go-systemd/v22/dbus"

	"isle/internal/oci/resources/unit"
)

// most bounds a request, in bytes.
const most = 4 << 20

func main() {
	if err := run(os.Args[1:], os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(1)
	}
}

var verbs = [...]struct {
	name string
	do   func(context.Context, *dbus.Conn, *unit.Request) error
}{
	{unit.Start, start},
	{unit.Stop, stop},
	{unit.Set, set},
	{unit.Attach, attach},
}

func run(args []string, in io.Reader) error {
	for _, v := range verbs {
		if len(args) == 1 && args[0] == v.name {
			r, err := decode(in)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(context.Background(), unit.Timeout)
			defer cancel()
			conn, err := connect(ctx, r.User)
			if err != nil {
				return err
			}
			defer conn.Close()
			return late(v.do(ctx, conn, r))
		}
	}
	return fmt.Errorf("usage: %s start|stop|set|attach", unit.Helper)
}

func decode(in io.Reader) (*unit.Request, error) {
	r := &unit.Request{}
	d := json.NewDecoder(io.LimitReader(in, most))
	d.DisallowUnknownFields()
	if err := d.Decode(r); err != nil {
		return nil, fmt.Errorf("the request: %w", err)
	}
	if r.Name == "" {
		return nil, errors.New("the request: no name of a unit")
	}
	return r, nil
}

// late says what a deadline means here.
func late(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("systemd has not answered in %v; see what it does with: systemctl list-jobs", unit.Timeout)
	}
	return err
}
