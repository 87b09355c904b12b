package container

import (
	"errors"
	"fmt"

	"isle/internal/container/checkpoint"
	"isle/internal/oci/netdevice"
)

// Restore has criu make the processes of a checkpoint again, as those of a new
// container with the bundle's configuration. What fails leaves nothing behind.
func (s Store) Restore(id string, how *checkpoint.Options, o *Options) (*Session, error) {
	b, err := s.begin(id, o)
	if err != nil {
		return nil, err
	}
	b.direct = true
	if err := b.restore(how); err != nil {
		return nil, b.undo(fmt.Errorf("restore container %s: %w", id, err))
	}
	b.settle()
	b.dir.unlock()
	return &Session{b}, nil
}

func (b *birth) restore(how *checkpoint.Options) error {
	r := &checkpoint.Request{Kind: checkpoint.Restore, Options: how, Root: b.Rootfs, Config: criuConfig(b.spec)}
	if err := errors.Join(b.makeGroups(), <-b.writing); err != nil {
		return err
	}
	defer b.Cgroup.Close()
	defer r.Close()
	if err := r.Open(""); err != nil {
		return err
	}
	if err := r.Share(b.spec); err != nil {
		return err
	}
	_, err := r.Run((&criu{birth: b, r: r}).start, &checkpoint.Events{Namespaces: b.namespaces, Restored: b.restored, Terminal: b.console})
	if err == nil {
		err = b.announce()
	}
	if err != nil && b.PID != 0 {
		err = errors.Join(err, b.end())
	}
	return err
}

// namespaces is told that the namespaces are there, and that nothing runs yet.
func (b *birth) namespaces(pid int) (err error) {
	if b.Start, err = startOf(pid); err != nil {
		return err
	}
	b.PID = pid
	if b.share != nil {
		if err := b.share.Join(pid); err != nil {
			return err
		}
	}
	if b.moved, err = netdevice.Move(b.spec.Linux.NetDevices, pid); err != nil {
		return err
	}
	return b.runtimeHooks()
}

// restored is told that the processes are there, and that none runs yet.
func (b *birth) restored(pid int) error {
	if b.ownReadonlyRoot() {
		if err := makeReadonly(pid); err != nil {
			return fmt.Errorf("make the root read-only: %w", err)
		}
	}
	return b.remember(pid)
}
