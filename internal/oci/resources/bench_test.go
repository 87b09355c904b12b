package resources

import (
	"io"
	"slices"
	"strconv"
	"testing"
	"time"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// podman is what podman asks for where its user asks for nothing.
func podman() *specs.LinuxResources {
	return &specs.LinuxResources{
		Devices: []specs.LinuxDeviceCgroup{{Allow: false, Access: "rwm"}},
		Pids:    &specs.LinuxPids{Limit: new(int64(2048))},
	}
}

// phases keeps how long the parts of a benchmark took.
type phases struct {
	names []string
	times map[string][]time.Duration
	last  time.Time
}

func (p *phases) start() { p.last = time.Now() }

func (p *phases) end(name string) {
	if p.times == nil {
		p.times = map[string][]time.Duration{}
	}
	if !slices.Contains(p.names, name) {
		p.names = append(p.names, name)
	}
	p.times[name] = append(p.times[name], time.Since(p.last))
	p.last = time.Now()
}

// report gives the medians in microseconds.
func (p *phases) report(b *testing.B) {
	for _, name := range p.names {
		v := p.times[name]
		slices.Sort(v)
		b.ReportMetric(float64(v[len(v)/2].Nanoseconds())/1000, name+"-µs")
		b.ReportMetric(float64(v[len(v)*9/10].Nanoseconds())/1000, name+"-p90-µs")
	}
}

// BenchmarkLife makes, joins and removes a group, by pid and through the doors.
func BenchmarkLife(b *testing.B) {
	needGroups(b)
	for name, doors := range map[string]bool{"pid": false, "doors": true} {
		for idle, pause := range map[string]time.Duration{"busy": 0, "idle": 15 * time.Millisecond} {
			b.Run(name+"/"+idle, func(b *testing.B) {
				var p phases
				for b.Loop() {
					time.Sleep(pause)
					life(b, &p, doors)
				}
				p.report(b)
			})
		}
	}
}

func life(b *testing.B, p *phases, doors bool) {
	p.start()
	g, err := Resolve(Config{Path: "/isle-test-bench", ID: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer g.Close()
	p.end("resolve")
	if err := g.Create(podman()); err != nil {
		b.Fatal(err)
	}
	p.end("create")
	var fds []int
	if doors {
		if fds, err = g.Doors(); err != nil {
			b.Fatal(err)
		}
		p.end("doors")
	}
	c := newShell(b, goIn(len(fds)), fds)
	defer c.end()
	c.line(b)
	p.start()
	_, _ = io.WriteString(c.in, "\n")
	if !doors {
		if err := g.Join(c.pid()); err != nil {
			b.Fatal(err)
		}
	}
	c.line(b)
	p.end("join")
	for _, fd := range fds {
		unix.Close(fd)
	}
	c.end()
	p.start()
	if err := g.Delete(); err != nil {
		b.Fatal(err)
	}
	p.end("delete")
}

// goIn has a shell go in through n doors when it is told to.
func goIn(n int) string {
	script := "echo up; read x; "
	for i := range n {
		script += "printf 0 >&" + strconv.Itoa(3+i) + "; "
	}
	return script + "echo in; read x"
}
