package container

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/oci"
	"isle/internal/oci/bundle"
	"isle/internal/oci/netdevice"
	"isle/internal/oci/resctrl"
	"isle/internal/oci/resources"
	"isle/internal/plan"
	"isle/sandbox"
)

// birth is a container that is being made.
type birth struct {
	*Container
	o       *Options
	plan    *oci.Container
	way     way
	share   *resctrl.Group // nil without
	gate    int            // the socket that the process is to wait at, -1 without
	direct  bool           // the process is not to wait
	writing <-chan error   // tells when its configuration is written down
	process *sandbox.Cmd
	moved   *netdevice.Moved
	unsaved error // of a container that was started at once and could not be recorded
}

// Create makes a container whose process has done all of its set-up and waits
// for Start. What fails leaves nothing behind.
func (s Store) Create(id string, o *Options) error {
	b, err := s.begin(id, o)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.carryOut(); err != nil {
		return b.undo(err)
	}
	b.process.Process.Release()
	return nil
}

// begin reads the bundle, and takes the id.
func (s Store) begin(id string, o *Options) (*birth, error) {
	dir, err := o.bundle()
	if err != nil {
		return nil, err
	}
	text, spec, err := o.read(dir)
	if err != nil {
		return nil, err
	}
	if o.ConsoleSize != nil {
		spec.Process.ConsoleSize = o.ConsoleSize
	}
	p := &oci.Container{ID: id, Bundle: dir, Spec: spec, Layered: o.Layered, NoPivot: o.NoPivot, NoNewKeyring: o.NoNewKeyring, PreserveFDs: o.PreserveFDs, Warn: o.Warn}
	root, err := p.RootDir()
	if err != nil {
		return nil, err
	}
	taken, err := s.make(id)
	if err != nil {
		return nil, err
	}
	c := &Container{store: s, dir: taken, spec: spec, record: record{ID: id, Bundle: dir, Rootfs: root, Created: time.Now().UTC(), Owner: os.Geteuid()}}
	b := &birth{Container: c, o: o, plan: p, gate: -1}
	b.writing = b.writeConfig(text)
	if err := b.reserve(); err != nil {
		<-b.writing
		return nil, b.undo(err)
	}
	return b, nil
}

// writeConfig writes the configuration into the container's directory, while the
// rest of what comes before the process goes on.
func (b *birth) writeConfig(text []byte) <-chan error {
	done := make(chan error, 1)
	go func() {
		var err error
		if text == nil {
			text, err = json.Marshal(b.spec)
		}
		if err == nil {
			err = b.dir.write(configFile, text)
		}
		done <- err
		close(done)
	}()
	return done
}

// read reads and checks a configuration.
func (o *Options) read(dir string) ([]byte, *specs.Spec, error) {
	path := o.config(dir)
	text, spec, err := o.decode(path)
	if err == nil {
		problems := bundle.Check(spec)
		for _, p := range problems.Warnings() {
			o.warn(fmt.Errorf("%s: %s", path, p))
		}
		err = problems.Err()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s:\n%w", path, err)
	}
	if spec.Root == nil {
		return nil, nil, fmt.Errorf("%s: .root: a container needs one", path)
	}
	complete(spec)
	return text, spec, nil
}

// decode gives the configuration as what it says and, if it comes from a file, as
// text.
func (o *Options) decode(path string) ([]byte, *specs.Spec, error) {
	if o.Spec != nil {
		return nil, o.Spec, nil
	}
	text, err := bundle.Load(path)
	if err != nil {
		return nil, nil, err
	}
	spec, err := bundle.Decode(text)
	return text, spec, err
}

// complete fills in what a configuration may leave out altogether. A container
// without a process can be created, but not started.
func complete(spec *specs.Spec) {
	if spec.Linux == nil {
		spec.Linux = &specs.Linux{}
	}
	if spec.Process == nil {
		spec.Process = &specs.Process{Cwd: "/"}
	}
}

// reserve writes down what is going to be made, so that whoever finds it half
// made knows what to remove.
func (b *birth) reserve() error {
	group, err := b.o.group(b.ID, b.spec)
	if err != nil {
		return err
	}
	if err := group.Vacant(); errors.Is(err, resources.ErrInUse) { // not to be emptied by who deletes this container
		return err
	}
	b.Cgroup = group
	if b.share, err = share(b.spec, b.ID); err != nil {
		return err
	}
	if b.share != nil {
		b.IntelRdt = b.share.Made
	}
	return b.save()
}

// makeGroups makes what limits the process.
func (b *birth) makeGroups() error {
	if err := b.Cgroup.Create(b.o.limits(b.spec)); err != nil {
		b.Cgroup = nil // it has removed what it made: processes in it are somebody else's
		return err
	}
	if b.share == nil {
		return nil
	}
	err := b.share.Create()
	b.IntelRdt = b.share.Made
	return err
}

// carryOut makes the cgroups and the process.
func (b *birth) carryOut() error {
	p, err := b.prepare()
	if err != nil {
		return err
	}
	b.process = sandbox.Planned(p)
	before := ownOOM(b.direct && b.spec.Process.OOMScoreAdj != nil)
	err = b.process.Start()
	restoreOOM(before)
	if b.gate >= 0 {
		unix.Close(b.gate)
	}
	if err != nil {
		return err
	}
	// Where it joined a PID namespace, a child of the first process went on.
	if pid := b.process.Process.Pid(); pid != b.PID {
		b.unsaved = b.remember(pid)
	}
	if b.unsaved != nil {
		return b.unsaved
	}
	if err := b.announce(); err != nil {
		return err
	}
	b.settle()
	return nil
}

// settle leaves the network devices where they are.
func (b *birth) settle() {
	b.moved.Close()
	b.moved = nil
}

// prepare makes what the process needs before it is there, and its plan.
func (b *birth) prepare() (*plan.Plan, error) {
	if err := errors.Join(b.makeGroups(), <-b.writing); err != nil {
		return nil, err
	}
	if !b.direct {
		var err error
		if b.gate, err = b.dir.listen(); err != nil {
			return nil, err
		}
		b.plan.Gate = &plan.Gate{Socket: b.gate, Record: b.remember}
	}
	var err error
	if b.way, err = wayInto(b.Cgroup); err != nil {
		return nil, err
	}
	b.lay()
	return b.plan.Plan()
}

// enter is done when the namespaces are there.
func (b *birth) enter(pid int) error {
	b.PID = pid
	if b.way.join {
		if err := b.Cgroup.Join(pid); err != nil {
			return err
		}
	}
	if b.share != nil {
		if err := b.share.Join(pid); err != nil {
			return err
		}
	}
	if b.direct {
		if err := b.adjustOOM(pid); err != nil {
			return err
		}
	}
	var err error
	if b.moved, err = netdevice.Move(b.spec.Linux.NetDevices, pid); err != nil {
		return err
	}
	return b.runtimeHooks()
}

// runtimeHooks runs the hooks that come when the namespaces are there.
func (b *birth) runtimeHooks() error {
	if h := b.spec.Hooks; h != nil {
		//lint:ignore SA1019 older configurations have them, and engines expect "created"
		if err := b.runHooks("prestart", h.Prestart, Created, runHook); err != nil {
			return err
		}
		return b.runHooks("createRuntime", h.CreateRuntime, Creating, runHook)
	}
	return nil
}

// remember writes down which process it is; from then on it can be found and
// ended, whatever becomes of this one.
func (b *birth) remember(pid int) error {
	start, err := startOf(pid)
	if err != nil {
		return err
	}
	b.PID, b.Start = pid, start
	if b.direct {
		return b.save()
	}
	return errors.Join(b.adjustOOM(pid), b.save())
}

// adjustOOM sets how readily the process is killed. While it shares memory with
// this one, the kernel takes the two for one in this.
func (b *birth) adjustOOM(pid int) error {
	return adjustOOM(pid, b.spec.Process.OOMScoreAdj, b.o.Rootless)
}

// announce tells those who asked of the process.
func (b *birth) announce() error {
	if err := writePid(b.o.PidFile, b.PID); err != nil {
		return err
	}
	if b.o.PidfdSocket == "" {
		return nil
	}
	fd, err := unix.PidfdOpen(b.PID, 0)
	if err != nil {
		return os.NewSyscallError("pidfd_open", err)
	}
	defer unix.Close(fd)
	return sendFile(b.o.PidfdSocket, "pidfd", fd)
}

// undo removes what was made, and gives the error back with what was in the way.
func (b *birth) undo(err error) error {
	defer b.Close()
	if b.process != nil && b.process.Process != nil {
		b.process.Process.Kill()
		b.process.Wait()
	}
	err = errors.Join(err, b.moved.Back())
	b.moved.Close()
	return b.discard(err, b.o)
}

func (b *birth) addHooks() {
	h := b.spec.Hooks
	if h == nil {
		return
	}
	if len(h.CreateContainer) > 0 {
		b.plan.BeforePivot = &plan.Errand{What: "run the hooks createContainer", Do: func(pid int) error {
			return b.runHooks("createContainer", h.CreateContainer, Creating, b.inside(pid))
		}}
	}
	if len(h.StartContainer) > 0 && b.direct {
		b.plan.BeforeExec = &plan.Errand{What: "run the hooks startContainer", Do: func(pid int) error {
			return b.runHooks("startContainer", h.StartContainer, Created, b.inside(pid))
		}}
	}
}

// console sends the terminal where it is wanted.
func (b *birth) console(fd int) error {
	return deliver(b.o, fd)
}

func deliver(o *Options, fd int) error {
	if o.ConsoleSocket == "" && o.Console != nil {
		o.Console(os.NewFile(uintptr(fd), "terminal"))
		return nil
	}
	defer unix.Close(fd)
	if o.ConsoleSocket == "" {
		return errors.New("the process has a terminal: say with --console-socket where its outer end is to be sent")
	}
	return sendFile(o.ConsoleSocket, "/dev/ptmx", fd)
}
