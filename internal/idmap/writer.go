package idmap

import "strconv"

// SelfWritable says whether a process without capabilities in the parent user
// namespace may write the map itself, being the creator of the new one: a
// single line that maps its own effective id, be it a user's or a group's. A
// gid_map also requires that "deny" was written to setgroups before. Any other
// map takes somebody outside with CAP_SETUID or CAP_SETGID, or the programs of
// [HelperArgs] (user_namespaces(7)).
func SelfWritable(m Map, id uint32) bool {
	return len(m) == 1 && m[0].Count == 1 && m[0].Outside == id
}

// HelperArgs returns the words, the program's name among them, that make
// newuidmap(1) or newgidmap(1) write the map of the process's user namespace.
func HelperArgs(tool string, pid int, m Map) []string {
	args := []string{tool, strconv.Itoa(pid)}
	for _, r := range m {
		for _, n := range [...]uint32{r.Inside, r.Outside, r.Count} {
			args = append(args, strconv.FormatUint(uint64(n), 10))
		}
	}
	return args
}
