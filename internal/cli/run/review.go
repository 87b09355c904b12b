package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/cli/parent"
	clireview "isle/internal/cli/review"
	"isle/internal/idmap"
	"isle/internal/review"
	"isle/ns"
	"isle/sandbox"
)

// checkReview refuses options that a review cannot be had with.
func (o *Options) checkReview() error {
	if !o.Review {
		if o.Ending != (clireview.Ending{}) {
			return errors.New("--yes, --discard, --json and --special are for --review")
		}
		return nil
	}
	switch {
	case o.RootFS != "":
		return errors.New("--review is of changes to the host's own files: it cannot be had with --rootfs")
	case o.Keep != "":
		return errors.New("--review keeps the changes itself: it cannot be had with --keep")
	case o.Ending.Yes && o.Ending.Discard:
		return errors.New("--yes and --discard exclude each other")
	case o.mapped() && privileged():
		return errors.New("--review keeps the changes where only root can reach them: it cannot be had as root with --uidmap and --gidmap, whose root is another user")
	case o.Share.Has(ns.PID) || joinsPID(o.Join):
		return errors.New("--review needs a PID namespace of the island's own: processes that stay behind would go on changing what is reviewed")
	}
	return nil
}

func joinsPID(list []sandbox.Namespace) bool {
	for _, j := range list {
		if j.Kind == ns.PID {
			return true
		}
	}
	return false
}

// review runs the program with its changes kept, and has them looked at when it
// has ended. The exit status is the program's, whatever becomes of the changes.
func (o *Options) review(prog string, cmd *sandbox.Cmd) int {
	store, err := review.DefaultStore()
	if err != nil {
		return parent.Engine.Report(prog, err)
	}
	r, err := store.Create(o.ReviewName, cmd.Args)
	if err != nil {
		return parent.Engine.Report(prog, fmt.Errorf("keep the changes for a review: %w", err))
	}
	status, err := reviewed(cmd, r)
	if err != nil {
		code := parent.Engine.Report(prog, err) // which may look at the directories
		r.Drop()
		r.Close()
		return code
	}
	clireview.End(prog, r, store, o.Ending)
	return status
}

// plannedReview has a plan show where the changes would be kept.
func (o *Options) plannedReview(cmd *sandbox.Cmd) error {
	if !o.Review {
		return nil
	}
	store, err := review.DefaultStore()
	if err != nil {
		return err
	}
	name := o.ReviewName
	if name == "" {
		name = "NAME"
	}
	cmd.Root.Keep = filepath.Join(store.Dir, name)
	return nil
}

// reviewed runs the program to its end. It dies with isle: else nobody would
// know when the changes are all there.
func reviewed(cmd *sandbox.Cmd, r *review.Review) (int, error) {
	cmd.Root.Keep, cmd.DeathSignal = r.Dir, syscall.SIGKILL
	if cmd.New.Has(ns.User) && !privileged() {
		r.Users, r.Groups = ids(cmd.UIDMap), ids(cmd.GIDMap)
	}
	if err := cmd.PrepareKeep(); err != nil {
		return 0, err
	}
	kept, err := cmd.KeptLayers()
	if err != nil {
		return 0, err
	}
	for _, m := range cmd.Mounts {
		r.Targets = append(r.Targets, filepath.Clean(m.Target))
	}
	var layers []review.Layer
	for _, l := range kept {
		upper, err := filepath.Rel(r.Dir, l.Upper)
		if err != nil {
			return 0, err
		}
		layers = append(layers, review.Layer{Host: l.Lower, Upper: upper})
		r.UserXattr = l.UserXattr
	}
	if lost := unkept(kept); len(lost) > 0 {
		fmt.Fprintf(os.Stderr, "isle: note: what is made right in %s, and not in a directory there, is lost: something is mounted below, over which no overlay can be\n", strings.Join(lost, ", "))
	}
	if err := r.Begin(layers); err != nil {
		return 0, err
	}
	return wait(cmd)
}

func ids(list []sandbox.IDMap) idmap.Map {
	var m idmap.Map
	for _, r := range list {
		m = append(m, idmap.Range(r))
	}
	return m
}

// unkept are directories that the caller may write to but that are put
// together of their parts for the island, because something is mounted in them:
// what is made right in them is in no overlay.
func unkept(kept []sandbox.KeptLayer) []string {
	seen := map[string]bool{"/": true}
	for _, l := range kept {
		if l.Lower == "/" {
			return nil
		}
		seen[l.Lower] = true
	}
	var list []string
	for _, l := range kept {
		for dir := filepath.Dir(l.Lower); !seen[dir]; dir = filepath.Dir(dir) {
			seen[dir] = true
			if unix.Access(dir, unix.W_OK) == nil {
				list = append(list, dir)
			}
		}
	}
	return list
}
