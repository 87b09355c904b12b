package nsenter

import (
	"isle/internal/getopt"
	"isle/internal/idmap"
)

func takeSetuid(r *reader, _ *flag, v value) (err error) {
	r.UID, err = parseID("uid", v.text)
	return err
}

func takeSetgid(r *reader, _ *flag, v value) (err error) {
	r.GID, err = parseID("gid", v.text)
	return err
}

func parseID(what, s string) (*ID, error) {
	if s == "follow" {
		return &ID{Follow: true}, nil
	}
	n, err := getopt.Uint(s, idmap.LastID)
	if err != nil {
		return nil, getopt.BadNumber(what, s, err)
	}
	return &ID{ID: uint32(n)}, nil
}

func takePreserve(r *reader, _ *flag, _ value) error {
	r.PreserveCredentials = true
	return nil
}

func takeKeepCaps(r *reader, _ *flag, _ value) error {
	r.KeepCaps = true
	return nil
}
