package options

import (
	"fmt"
	"strconv"
	"strings"

	"isle/internal/engine/request"
)

// setSecret takes NAME[,type=mount|env][,target=T][,uid=N][,gid=N][,mode=OCTAL].
func setSecret(o *Options, s string) error {
	all, err := fields(s)
	if err != nil {
		return err
	}
	secret := request.Secret{Mode: 0o444}
	kind, target := "mount", ""
	for i, field := range all {
		key, value, has := strings.Cut(field, "=")
		switch {
		case i == 0 && !has:
			secret.Name = field
		case key == "source" || key == "src":
			secret.Name = value
		case key == "type":
			kind = value
		case key == "target":
			target = value
		default:
			if err := secretOwner(&secret, key, value); err != nil {
				return fmt.Errorf("%q: %w", s, err)
			}
		}
	}
	switch {
	case !isName(secret.Name):
		return fmt.Errorf("%q: %q is no name of a secret", s, secret.Name)
	case kind != "mount" && kind != "env":
		return fmt.Errorf("%q: the type is mount or env, not %q", s, kind)
	case target == "":
		target = secret.Name
	}
	if kind == "env" {
		if secret.Env = target; strings.ContainsAny(target, "= \t\n\x00") {
			return fmt.Errorf("%q: %q is no name of a variable", s, target)
		}
	} else {
		secret.Target = target
	}
	o.Request.Secrets = append(o.Request.Secrets, secret)
	return nil
}

func secretOwner(secret *request.Secret, key, value string) error {
	base, into := 10, (*uint32)(nil)
	switch key {
	case "uid", "UID":
		into = &secret.UID
	case "gid", "GID":
		into = &secret.GID
	case "mode":
		base, into = 8, &secret.Mode
	default:
		return fmt.Errorf("%q is not one of type, target, uid, gid, mode", key)
	}
	n, err := strconv.ParseUint(value, base, 32)
	if err != nil || n == 1<<32-1 || base == 8 && n > 0o777 {
		return fmt.Errorf("%s=%q is no number that it can be", key, value)
	}
	*into = uint32(n)
	return nil
}
