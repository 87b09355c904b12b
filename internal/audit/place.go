package audit

// places are trees of the host, and how bad it is to write or to read them. A
// path counts as the first that it is or is below; one above it, such as /,
// holds it as well.
var places = [...]struct {
	path        string
	write, read float64
}{
	{"/", 1, 1},
	{"/etc", 1, 0.5},
	{"/boot", 1, 0.1},
	{"/root", 0.9, 0.5},
	{"/usr", 0.9, 0.05},
	{"/lib", 0.9, 0.05},
	{"/bin", 0.9, 0.05},
	{"/sbin", 0.9, 0.05},
	{"/var/lib", 0.8, 0.4},
	{"/var", 0.8, 0.4},
	{"/run", 0.8, 0.3},
	{"/opt", 0.6, 0.05},
	{"/home", 0.6, 0.5},
	{"/srv", 0.4, 0.2},
	{"/tmp", 0.3, 0.2},
	{"/dev/shm", 0.3, 0.2},
}

// elsewhere is how bad it is to write or to read any other path of the host.
const (
	elsewhereWrite = 0.15
	elsewhereRead  = 0.03
)

// placeOf weighs a path of the host.
func placeOf(path string) (write, read float64) {
	write, read = elsewhereWrite, elsewhereRead
	for _, p := range places {
		switch {
		case path == p.path:
			return p.write, p.read
		case p.path != "/" && within(path, p.path): // a part of a place is half of it
			return max(p.write/2, write), max(p.read/2, read)
		}
	}
	return write, read
}
