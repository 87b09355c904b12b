package setup

import (
	"fmt"
	"slices"
	"strconv"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/oci"
	"isle/internal/passwd"
)

// identity is who the program runs as, by the files of the container's root.
func (m *maker) identity() (err error) {
	name, option := m.req.User, "--user"
	if name == "" {
		name, option = m.image().User, "the image's user"
	}
	if name == "" {
		name = m.ids.user() // who --userns keep-id keeps
	}
	if m.user, err = passwd.Opener(m.Layers.Open).Find(name); err != nil {
		return fmt.Errorf("%s %s: %w", option, name, err)
	}
	if m.ids.keep && m.user.Home == "/" && name == m.ids.user() {
		m.user.Home = m.workdirOr("/")
	}
	u := specs.User{UID: m.user.UID, GID: m.user.GID, AdditionalGids: m.user.Groups}
	if len(u.AdditionalGids) == 1 && !m.ids.setgroups {
		u.AdditionalGids = nil // the kernel lets nobody set them here
	}
	if err := m.addGroups(&u); err != nil {
		return err
	}
	if m.req.Umask != "" {
		mask, err := strconv.ParseUint(m.req.Umask, 8, 32)
		if err != nil || mask > 0o777 {
			return fmt.Errorf("--umask %q: it is an octal number up to 0777", m.req.Umask)
		}
		mode := uint32(mask)
		u.Umask = &mode
	}
	m.spec.Process.User = u
	return m.mapped(option, name, &u)
}

// addGroups adds the groups of --group-add.
func (m *maker) addGroups(u *specs.User) error {
	for _, name := range m.req.Groups {
		if name == "keep-groups" {
			if len(m.req.Groups) > 1 {
				return fmt.Errorf("--group-add keep-groups: it goes with no other group")
			}
			u.AdditionalGids = nil
			m.spec.Annotations[oci.AnnotationGroups] = "1"
			return nil
		}
		gid, err := passwd.Opener(m.Layers.Open).Group(name)
		if err != nil {
			return fmt.Errorf("--group-add: %w", err)
		}
		if !slices.Contains(u.AdditionalGids, gid) {
			u.AdditionalGids = append(u.AdditionalGids, gid)
		}
	}
	return nil
}

// mapped refuses ids that the container's user namespace does not have.
func (m *maker) mapped(option, name string, u *specs.User) error {
	if !m.ids.own() {
		return nil
	}
	if !m.ids.users.has(u.UID) {
		return fmt.Errorf("%s %s: user id %d is not in the container's user namespace, which has %s%s", option, name, u.UID, m.ids.users, m.ids.why())
	}
	for _, gid := range append([]uint32{u.GID}, u.AdditionalGids...) {
		if !m.ids.groups.has(gid) {
			return fmt.Errorf("%s %s: group id %d is not in the container's user namespace, which has %s%s", option, name, gid, m.ids.groups, m.ids.why())
		}
	}
	return nil
}

func (m *maker) workdirOr(dir string) string {
	if m.req.Workdir != "" {
		return m.req.Workdir
	}
	return dir
}
