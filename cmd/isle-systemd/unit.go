package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/coreos/go-systemd/v22/dbus"
	godbus "github.com/godbus/dbus/v5"

	"isle/internal/oci/resources/unit"
)

// replace has systemd drop jobs that would be in the way.
const replace = "replace"

// start makes the unit, and once more after forgetting one of that name that has
// failed before.
func start(ctx context.Context, conn *dbus.Conn, r *unit.Request) error {
	props, err := properties(ctx, conn, r)
	if err != nil {
		return err
	}
	done := make(chan string, 1)
	_, err = conn.StartTransientUnitContext(ctx, r.Name, replace, props, done)
	if is(err, "org.freedesktop.systemd1.UnitExists") {
		_ = conn.ResetFailedUnitContext(ctx, r.Name)
		_, err = conn.StartTransientUnitContext(ctx, r.Name, replace, props, done)
	}
	if err != nil {
		return err
	}
	return wait(ctx, conn, r.Name, done)
}

// wait waits for the job. Of a failed one nothing stays behind.
func wait(ctx context.Context, conn *dbus.Conn, name string, done <-chan string) error {
	err := error(nil)
	select {
	case result := <-done:
		if result == "done" {
			return nil
		}
		err = fmt.Errorf("systemd says %q", result)
	case <-ctx.Done():
		err = ctx.Err()
	}
	_ = conn.ResetFailedUnitContext(context.WithoutCancel(ctx), name)
	return err
}

// stop ends the unit. One that is not there is no error.
func stop(ctx context.Context, conn *dbus.Conn, r *unit.Request) error {
	done := make(chan string, 1)
	_, err := conn.StopUnitContext(ctx, r.Name, replace, done)
	if err == nil {
		err = wait(ctx, conn, r.Name, done)
	}
	_ = conn.ResetFailedUnitContext(ctx, r.Name)
	if is(err, "org.freedesktop.systemd1.NoSuchUnit") {
		return nil
	}
	return err
}

func set(ctx context.Context, conn *dbus.Conn, r *unit.Request) error {
	props, err := properties(ctx, conn, r)
	if err != nil {
		return err
	}
	return conn.SetUnitPropertiesContext(ctx, r.Name, true, props...)
}

func attach(ctx context.Context, conn *dbus.Conn, r *unit.Request) error {
	return conn.AttachProcessesToUnit(ctx, r.Name, r.Sub, r.PIDs)
}

func is(err error, name string) bool {
	e, ok := errors.AsType[godbus.Error](err)
	return ok && e.Name == name
}
