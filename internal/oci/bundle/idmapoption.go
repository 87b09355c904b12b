package bundle

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

const idmapOption = "idmap="

// MappingOption reads the ids of a mount's option "idmap=uids=0-1000-10#20-2000-1;gids=@0-5-10",
// which crun has and podman hands on: ranges of the first id in the file system,
// the first id that it is to appear as, and their number. That is an id of the
// host or, after "@", one of the container's user namespace. It returns nothing
// where no option is one.
func MappingOption(m *specs.Mount, linux *specs.Linux) (uids, gids []specs.LinuxIDMapping, err error) {
	for _, option := range m.Options {
		text, ok := strings.CutPrefix(option, idmapOption)
		if !ok {
			continue
		}
		for part := range strings.SplitSeq(text, ";") {
			kind, ranges, _ := strings.Cut(part, "=")
			switch kind {
			case "uids":
				uids, err = idRanges(ranges, linux.UIDMappings)
			case "gids":
				gids, err = idRanges(ranges, linux.GIDMappings)
			default:
				err = fmt.Errorf("has neither uids= nor gids=")
			}
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %s %w", quoted(option), quoted(part), err)
			}
		}
		if len(uids) == 0 || len(gids) == 0 {
			return nil, nil, fmt.Errorf("%s wants both uids= and gids=", quoted(option))
		}
	}
	return uids, gids, nil
}

// idRanges reads ranges. Those after "@" are looked up in the maps of the
// container's user namespace.
func idRanges(text string, namespace []specs.LinuxIDMapping) ([]specs.LinuxIDMapping, error) {
	rest, relative := strings.CutPrefix(text, "@")
	var list []specs.LinuxIDMapping
	for part := range strings.SplitSeq(rest, "#") {
		m, ok := idRange(part)
		if !ok {
			return nil, fmt.Errorf("has %s where FROM-TO-COUNT is wanted", quoted(part))
		}
		if relative && !toHost(&m, namespace) {
			return nil, fmt.Errorf("has %s, which is not in one range of the user namespace's", quoted(part))
		}
		list = append(list, m)
	}
	return list, nil
}

func idRange(text string) (m specs.LinuxIDMapping, ok bool) {
	words := strings.Split(text, "-")
	if len(words) != 3 {
		return m, false
	}
	for i, field := range [...]*uint32{&m.ContainerID, &m.HostID, &m.Size} {
		n, err := strconv.ParseUint(words[i], 10, 32)
		if err != nil {
			return m, false
		}
		*field = uint32(n)
	}
	return m, m.Size > 0
}

// toHost makes an id of the host of one in the user namespace.
func toHost(m *specs.LinuxIDMapping, namespace []specs.LinuxIDMapping) bool {
	for _, n := range namespace {
		if m.HostID >= n.ContainerID && uint64(m.HostID)+uint64(m.Size) <= uint64(n.ContainerID)+uint64(n.Size) {
			m.HostID += n.HostID - n.ContainerID
			return true
		}
	}
	return false
}
