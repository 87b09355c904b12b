package plan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/caps"
	"isle/internal/program"
	"isle/ns"
)

// samples is a plan in which every step there is occurs, each made of text and
// a number. The order is one that can be lowered, not one that makes sense.
func samples(text string, n int) []Step {
	root := &Root{Dir: "/root" + text}
	bind := &Bind{Root: root, Source: text, Target: "/" + text, File: n%2 == 0, Attributes: unix.MOUNT_ATTR_RDONLY}
	target := &Target{PID: n + 1, Inode: uint64(n % 2)}
	tunnel := &Tunnel{Dir: text}
	id, offset := uint32(n), int64(n)
	console := &Console{Root: root, At: n%2 == 0, Width: 80, Take: func(int) error { return nil }}
	layers := &Layers{Root: root, Lowers: []string{"/l" + text, "/m" + strings.Repeat(text, 5000*(n%2))}, Upper: "/u" + text, Work: "/w" + text, UserXattr: n%2 == 0, Volatile: true}
	if n == 3 {
		layers.Mapped = []Mapped{{Dir: "/l" + text, Tree: n}}
	}
	exec := &Exec{Program: "/" + text, Args: []string{text, text}, Env: []string{text}, Path: []string{text, ""}}
	return []Step{
		target, tunnel,
		&JoinCgroup{Dir: text},
		&JoinProcess{Target: target, Kinds: ns.SetOf(ns.User, ns.Net, ns.PID)},
		&JoinFiles{Sources: []Source{{Kind: ns.User, Path: text, Socket: -1}, {Kind: ns.Net, ID: uint64(n), Socket: -1},
			{Kind: ns.UTS, Target: target, Socket: -1}, {Kind: ns.Net, Target: target, Socket: n},
			{Kind: ns.User, Socket: -1, Parent: &Source{Kind: ns.Time, Path: text, Socket: -1}}}},
		&Follow{Target: target, UID: true, GID: true, DropGroups: true},
		&Surface{Root: tunnel, Dir: tunnel},
		&Create{Kinds: ns.Set(n) & ns.SetOf(ns.Mount, ns.UTS, ns.Time)},
		&TimeOffsets{Monotonic: &offset, Boottime: &offset},
		&EnterTime{},
		&IDMap{UID: "0 1 1\n5 6 7\n", GID: "0 1 1\n", UIDBy: ByProgram, UIDTool: "/tool" + text, GIDBy: Writer(n % 3), GIDTool: "/tool", Setgroups: "deny"},
		&Persist{Kind: ns.Net, File: text},
		&Propagation{Mode: []string{"private", "slave", "shared"}[n%3], Target: "/" + text, Tolerant: true},
		&Scratch{Dir: "/s" + text, Dirs: []ScratchDir{{Name: text, Mode: 0o755, UID: 1}, {Name: "l" + text, Link: text}}},
		&BindRoot{Root: root},
		&Take{Binds: []*Bind{bind}},
		&Overlay{Lowers: []string{"/l" + text, text}, Upper: text, Work: text, Target: "/" + text, UserXattr: true, Plain: n%2 == 0, Root: root},
		&OpenLayers{Layers: layers}, layers, &Layers{Root: root, Lowers: []string{text}, Upper: text, Work: text},
		&Fresh{Root: root, MountType: MountType{Source: text, Target: "/" + text, Type: "t" + text, Data: text, Flags: uint64(n)}, Or: bind},
		bind,
		&MountType{Source: "s" + text, Target: "/" + text, Type: "t" + text, Flags: unix.MS_RDONLY},
		&Register{Dir: "/" + text, Interpreter: ":" + text},
		&Dev{Root: root, Bind: n%2 == 0, TTYGroup: n - 1},
		&Mask{Root: root, Base: "/proc", Files: []string{text}, Dirs: []string{text, text}, ReadOnly: []string{text}},
		&ReadOnlyRoot{Root: root},
		&Pivot{Root: root},
		&Chroot{Dir: "/" + text},
		&Chdir{Dir: text},
		&Umask{Mask: 0o22},
		&Hostname{Host: text, Domain: text},
		&Loopback{},
		&Rlimit{Name: "nofile", Resource: unix.RLIMIT_NOFILE, Soft: uint64(n), Hard: unix.RLIM_INFINITY},
		&NewSession{},
		&Terminal{UID: id, GID: id},
		&BoundCapabilities{Keep: caps.Set(n), Last: 40},
		&SetCapabilities{Set: caps.Set(n)},
		&Identity{UID: &id, GID: &id, Groups: []uint32{id, 7}, DropGroups: true, TolerateGroups: n%2 == 0},
		&KeepCaps{},
		&NoNewPrivs{},
		&Landlock{ABI: 1 + n%7, ReadOnly: []string{text}, ReadWrite: []string{text}},
		&DeathSignal{Signal: 9, Name: "KILL"},
		&Files{From: []int{0, 5, 1, 2}},
		&Handover{Keep: n % 4},
		&Seccomp{Name: text, Filter: make([]byte, 16), Flags: uint64(n)},
		&Init{Exec: exec, Foreground: true},
		&OpenRoot{Root: root},
		&MakeDirectory{Root: root, Path: "/" + text, File: n%2 == 0},
		&Devices{Root: root, List: append(DefaultDevices(), Device{Path: "/dev/" + text, Mode: unix.S_IFIFO, UID: id}), Bind: n%2 == 0},
		&Links{Root: root, Terminals: n%2 == 0},
		&MaskedPaths{Root: root, Paths: []string{"/" + text}},
		&ReadOnlyPaths{Root: root, Paths: []string{"/" + text}},
		&ChangeMount{Root: root, Path: "/" + text, Changes: []Change{{Set: unix.MOUNT_ATTR_RDONLY, Recursive: true}, {Propagation: unix.MS_SLAVE}}},
		&DirectoryLinks{Root: root, Dir: "/" + text, Links: [][2]string{{text, text}}},
		&Sysctl{Names: []string{"net." + text}, Values: []string{text}},
		console, &TakeConsole{Console: console},
		&KeepCapabilities{},
		&CapabilitySets{Permitted: caps.Set(n), Ambient: caps.Set(n)},
		&Keyring{Name: text},
		&SelfFile{File: text, Or: text, Text: text, What: "write " + text},
		&UnshareCgroup{},
		&Doors{Names: []string{text, text}, Files: []int{n + 3, n + 4}}, &Doors{Names: []string{text}},
		Undumpable(),
		&Errand{What: "do " + text, Do: func(int) error { return nil }},
		&FindProgram{Exec: exec},
		&Shed{Preserve: n, Keep: []int{n + 3}},
		&Gate{Socket: n + 3, Record: func(int) error { return nil }, Describe: func(*program.Builder) []byte { return []byte(text) }},
		exec,
	}
}

// Every type of this package that can be lowered must be among the samples.
func TestSamplesAreAll(t *testing.T) {
	have := map[string]bool{}
	for _, s := range samples("x", 1) {
		have[reflect.TypeOf(s).Elem().Name()] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	inspect := func(n ast.Node) bool {
		if f, ok := n.(*ast.FuncDecl); ok && f.Name.Name == "Lower" && f.Recv != nil {
			receiver, isStep := f.Recv.List[0].Type.(*ast.StarExpr)
			if isStep && f.Type.Results == nil {
				found++
				if name := receiver.X.(*ast.Ident).Name; !have[name] {
					t.Errorf("%s is not among the samples", name)
				}
			}
		}
		return true
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, inspect)
	}
	if found < 30 {
		t.Errorf("only %d steps found", found)
	}
}

// Each step says in a line what it does, of what sort it is, and does it.
func TestSteps(t *testing.T) {
	for n := range 4 {
		steps := samples("text", n)
		l := newLowering()
		l.Step(0)
		for _, s := range steps {
			name := reflect.TypeOf(s).Elem().Name()
			words, before := s.Words(), l.Len()
			if words == "" || words != strings.TrimSpace(words) || strings.Contains(words, "  ") || words != oneLine(words) {
				t.Errorf("%s: words %q", name, words)
			}
			if s.Facts().Op == "" {
				t.Errorf("%s: facts without a sort", name)
			}
			s.Shell(newScript())
			s.Lower(l)
			if l.Len() == before && name != "Take" && name != "Create" && name != "Shed" {
				t.Errorf("%s is lowered to nothing", name)
			}
		}
	}
}

// The kernel takes a rule's two cells for one structure (landlock(7)).
func TestLandlockCellsAreAdjacent(t *testing.T) {
	l := newLowering()
	attr, where := l.CellOf(make([]byte, 8), "path beneath"), l.Cell(8, "descriptor")
	if l.Offset(where) != l.Offset(attr)+8 {
		t.Error("they are not")
	}
}
