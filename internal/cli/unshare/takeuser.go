package unshare

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"isle/internal/getopt"
	"isle/internal/idmap"
	"isle/ns"
)

// single maps the caller's own id to inside; the last such option wins.
func (o *Options) single(spec *idmap.Spec, inside uint32) {
	o.New = o.New.With(ns.User)
	spec.Single = &inside
}

// source adds ids to be mapped beside it.
func (o *Options) source(spec *idmap.Spec, s idmap.Source) {
	o.New = o.New.With(ns.User)
	spec.Sources = append(spec.Sources, s)
}

func takeMapUser(o *Options, _ *flag, v value) error {
	id, err := idmap.LookupUser(v.text)
	o.single(&o.Users, id)
	return badID("uid", v.text, err)
}

func takeMapGroup(o *Options, _ *flag, v value) error {
	id, err := idmap.LookupGroup(v.text)
	o.single(&o.Groups, id)
	return badID("gid", v.text, err)
}

// badID is the message for an id that may be given by name.
func badID(what, s string, err error) error {
	if err == nil {
		return nil
	}
	reason := error(getopt.ErrSyntax)
	if bad := (*idmap.IDError)(nil); errors.As(err, &bad) {
		_, reason = getopt.Uint(bad.Text, idmap.LastID)
	} else if file := (*fs.PathError)(nil); errors.As(err, &file) {
		reason = file
	}
	return fmt.Errorf("failed to parse %s '%s': %w", what, s, reason)
}

func takeMapRoot(o *Options, _ *flag, _ value) error {
	o.single(&o.Users, 0)
	o.single(&o.Groups, 0)
	return nil
}

func takeMapCurrent(o *Options, _ *flag, _ value) error {
	o.single(&o.Users, uint32(os.Geteuid()))
	o.single(&o.Groups, uint32(os.Getegid()))
	return nil
}

func takeMapUsers(o *Options, _ *flag, v value) error  { return o.ranges(&o.Users, v) }
func takeMapGroups(o *Options, _ *flag, v value) error { return o.ranges(&o.Groups, v) }

func (o *Options) ranges(spec *idmap.Spec, v value) error {
	s, err := idmap.ParseSource(v.text)
	o.source(spec, s)
	return err
}

func takeMapAuto(o *Options, _ *flag, _ value) error {
	o.source(&o.Users, idmap.Auto)
	o.source(&o.Groups, idmap.Auto)
	return nil
}

func takeMapSubids(o *Options, _ *flag, _ value) error {
	o.source(&o.Users, idmap.Identity)
	o.source(&o.Groups, idmap.Identity)
	return nil
}

func takeOwner(o *Options, _ *flag, v value) error {
	uid, gid, _ := strings.Cut(v.text, ":")
	u, err := getopt.Uint(uid, idmap.LastID)
	g, err2 := getopt.Uint(gid, idmap.LastID)
	if err == nil {
		err = err2
	}
	if err != nil {
		return getopt.BadNumber("owner", v.text, err)
	}
	o.New = o.New.With(ns.User)
	o.Owner = &Owner{uint32(u), uint32(g)}
	return nil
}

func takeSetgroups(o *Options, _ *flag, v value) error {
	o.Setgroups = v.text
	return word(v.text, "unsupported --setgroups argument '%s'", "allow", "deny")
}

func takeSetuid(o *Options, _ *flag, v value) error { return setID(&o.UID, "uid", v) }
func takeSetgid(o *Options, _ *flag, v value) error { return setID(&o.GID, "gid", v) }

func setID(to **uint32, what string, v value) error {
	n, err := getopt.Uint(v.text, idmap.LastID)
	if err != nil {
		return getopt.BadNumber(what, v.text, err)
	}
	id := uint32(n)
	*to = &id
	return nil
}
