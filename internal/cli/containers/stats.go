package containers

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"isle/internal/cli/show"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
	"isle/internal/oci/resources"
)

// What isle stats is for.
const (
	StatsOperands = "[CONTAINER...]"
	StatsAbout    = `Print what containers use, of those that run unless some are named, again and again
until interrupted. CPU % is a share of one processor since the line before, and the
first time since the container was started; MEM USAGE leaves out what the kernel
would give back.`
	StatsExample = `isle stats --no-stream
isle stats --no-stream --format '{{.Name}} {{.MemUsage}}' web`
)

// StatsFlags is the table of options of stats.
func StatsFlags() []getopt.Option {
	return []getopt.Option{
		flag("all", 'a', "those that do not run too"),
		value("format", 0, "FORMAT", "table, json, or a Go template"),
		value("interval", 'i', "SECONDS", "measure so often; 5 unless given"), latest,
		flag("no-reset", 0, "do not clear the screen in between"),
		flag("no-stream", 0, "measure once"),
		flag("no-trunc", 0, "do not cut IDs short"), verb.Help,
	}
}

func statsVerb() *verb.Verb {
	return newVerb("stats", StatsOperands, StatsAbout, StatsFlags(), 0, -1)
}

// Stats prints what containers use.
func Stats(prog string, args []string) int {
	return statsVerb().Main(prog, args, func(c *verb.Command) error {
		f := c.Value("format")
		if f != "" && f != "json" && f != "table" {
			return fmt.Errorf("'%s' is no format: that is table, json, or a Go template", f)
		}
		return EachStats(c, func(rows []StatsRow) error {
			if f == "json" {
				return show.JSON(os.Stdout, rows)
			}
			return printStats(rows)
		})
	})
}

// StatsRow is what a container uses. Scripts read the fields, which are podman's.
type StatsRow struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	CPUTime       string `json:"cpu_time"`
	CPUPerc       string `json:"cpu_percent"`
	AvgCPU        string `json:"avg_cpu"`
	MemUsage      string `json:"mem_usage"`
	MemPerc       string `json:"mem_percent"`
	NetIO         string `json:"net_io"`
	BlockIO       string `json:"block_io"`
	PIDs          string `json:"pids"`
	Container     string `json:"-"`
	PIDS          string `json:"-"`
	UpTime        string `json:"-"`
	MemUsageBytes string `json:"-"`
}

// sample is what a container had used at a time.
type sample struct {
	at  time.Time
	cpu uint64
}

// EachStats measures the containers that the command names, again and again, and
// calls tell with what they use.
func EachStats(c *verb.Command, tell func([]StatsRow) error) error {
	e, err := engine.Open()
	if err != nil {
		return err
	}
	pause, err := statsPause(c)
	if err != nil {
		return err
	}
	before := map[string]sample{}
	for first := true; ; first = false {
		rows, err := statsOnce(e, c, before)
		if err != nil {
			return err
		}
		if !first && !c.On("no-reset") && c.Value("format") == "" {
			fmt.Print("\x1b[H\x1b[2J")
		}
		if err := tell(rows); err != nil || c.On("no-stream") {
			return err
		}
		time.Sleep(pause)
	}
}

func statsPause(c *verb.Command) (time.Duration, error) {
	if !c.Has("interval") {
		return 5 * time.Second, nil
	}
	n, err := strconv.ParseUint(c.Value("interval"), 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("--interval takes seconds, not '%s'", c.Value("interval"))
	}
	return time.Duration(n) * time.Second, nil
}

func statsOnce(e *engine.Engine, c *verb.Command, before map[string]sample) ([]StatsRow, error) {
	list, err := statsTargets(e, c)
	if err != nil {
		return nil, err
	}
	rows := []StatsRow{}
	for _, o := range list {
		if !o.Up() && (c.On("all") || len(c.Words) == 0) {
			if c.On("all") {
				rows = append(rows, idle(c, o))
			}
			continue
		}
		s, err := e.Stats(o)
		if errors.Is(err, engine.ErrNotUp) && len(c.Words) == 0 {
			continue // it has ended meanwhile
		}
		if errors.Is(err, engine.ErrNoCgroups) && len(c.Words) == 0 {
			rows = append(rows, idle(c, o))
			continue
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, statsRow(c, o, s, before))
	}
	return rows, nil
}

func statsTargets(e *engine.Engine, c *verb.Command) ([]*engine.Container, error) {
	list, err := e.List()
	if err != nil || len(c.Words) == 0 && !c.On("latest") {
		return list, err
	}
	if c.On("latest") {
		return list[:min(1, len(list))], nil
	}
	list = nil
	for _, word := range c.Words {
		o, err := e.Find(word)
		if err != nil {
			return nil, fmt.Errorf("stats %w", err)
		}
		list = append(list, o)
	}
	return list, nil
}

// idle is the row of a container that does not run, or of which nothing is counted.
func idle(c *verb.Command, o *engine.Container) StatsRow {
	none := "--"
	id := cut(c, o.Request.ID)
	return StatsRow{id, o.Request.Name, none, none, none, "-- / --", none, "-- / --", "-- / --", none, id, none, none, "-- / --"}
}

func statsRow(c *verb.Command, o *engine.Container, s *resources.Stats, before map[string]sample) StatsRow {
	now, id := sample{time.Now(), s.CPU.Usage.Total}, cut(c, o.Request.ID)
	begin := sample{at: o.State.Started}
	average := share(begin, now)
	if last, known := before[o.Request.ID]; known {
		begin = last
	}
	before[o.Request.ID] = now
	used, most := memory(s)
	in, out := traffic(o.State.PID)
	read, written := blocks(s)
	pids := strconv.FormatUint(s.Pids.Current, 10)
	size := func(n uint64) string { return strings.Replace(show.Size(int64(n)), " ", "", 1) } // scripts read it so
	both := func(a, b uint64) string { return size(a) + " / " + size(b) }
	return StatsRow{
		ID: id, Container: id, Name: o.Request.Name, CPUTime: time.Duration(now.cpu).Round(time.Microsecond).String(), CPUPerc: percent(share(begin, now)), AvgCPU: percent(average),
		MemUsage: both(used, most), MemPerc: percent(100 * float64(used) / float64(max(1, most))), NetIO: both(in, out), BlockIO: both(read, written),
		PIDs: pids, PIDS: pids, UpTime: time.Since(o.State.Started).Round(time.Second).String(), MemUsageBytes: fmt.Sprintf("%d / %d", used, most),
	}
}

func percent(x float64) string { return fmt.Sprintf("%.2f%%", x) }

// share is how much of a processor was used between two times, in percent.
func share(from, to sample) float64 {
	long := to.at.Sub(from.at)
	if long <= 0 || to.cpu < from.cpu {
		return 0
	}
	return 100 * float64(to.cpu-from.cpu) / float64(long.Nanoseconds())
}

// memory is what is used, without what the kernel would give back, and the most
// that may be.
func memory(s *resources.Stats) (used, most uint64) {
	used = s.Memory.Usage.Usage
	for _, name := range []string{"total_inactive_file", "inactive_file"} {
		if cache, there := s.Memory.Raw[name]; there {
			used -= min(used, cache)
			break
		}
	}
	most = s.Memory.Usage.Limit
	if all := memInfo("MemTotal"); most == 0 || all != 0 && most > all {
		most = all
	}
	return used, most
}

// memInfo is a number of /proc/meminfo, in bytes.
func memInfo(name string) uint64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, found := strings.CutPrefix(lines.Text(), name+":"); found {
			n, _ := strconv.ParseUint(strings.Fields(rest)[0], 10, 64)
			return n << 10
		}
	}
	return 0
}

// traffic is what has come and gone over the interfaces of a network of its own.
func traffic(pid int) (in, out uint64) {
	own, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid))
	if host, _ := os.Readlink("/proc/self/ns/net"); err != nil || own == host {
		return 0, 0
	}
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/net/dev", pid))
	for _, line := range strings.Split(string(text), "\n") {
		name, rest, found := strings.Cut(line, ":")
		numbers := strings.Fields(rest)
		if !found || strings.TrimSpace(name) == "lo" || len(numbers) < 9 {
			continue
		}
		r, _ := strconv.ParseUint(numbers[0], 10, 64)
		t, _ := strconv.ParseUint(numbers[8], 10, 64)
		in, out = in+r, out+t
	}
	return in, out
}

// blocks is what was read from and written to disks.
func blocks(s *resources.Stats) (read, written uint64) {
	for _, b := range s.Blkio.IoServiceBytesRecursive {
		switch strings.ToLower(b.Op) {
		case "read":
			read += b.Value
		case "write":
			written += b.Value
		}
	}
	return read, written
}

func printStats(rows []StatsRow) error {
	lines := [][]string{{"ID", "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "NET IO", "BLOCK IO", "PIDS", "CPU TIME", "AVG CPU %"}}
	for _, r := range rows {
		lines = append(lines, []string{r.ID, r.Name, r.CPUPerc, r.MemUsage, r.MemPerc, r.NetIO, r.BlockIO, r.PIDs, r.CPUTime, r.AvgCPU})
	}
	return show.Columns(os.Stdout, lines)
}
