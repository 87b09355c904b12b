package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pair is isle's command and the peer's that does the same.
type pair struct{ isle, peer []string }

// medians runs the two in turn, after a few runs that do not count, and
// returns their median wall times.
func (p pair) medians(runs int) (isle, peer time.Duration, err error) {
	const warmup = 5
	var times [2][]time.Duration
	for n := range warmup + runs {
		for i, words := range [2][]string{p.isle, p.peer} {
			took, err := once(words)
			if err != nil {
				return 0, 0, err
			}
			if n >= warmup {
				times[i] = append(times[i], took)
			}
		}
	}
	return median(times[0]), median(times[1]), nil
}

// once runs a command to its end.
func once(words []string) (time.Duration, error) {
	cmd := exec.Command(words[0], words[1:]...)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%s: %w: %s", strings.Join(words, " "), err, out)
	}
	return time.Since(began), nil
}

func median(t []time.Duration) time.Duration {
	slices.Sort(t)
	return t[len(t)/2]
}

// calls is how many system calls a command makes in all its processes, as
// strace(1) counts them.
func calls(words []string) (int, error) {
	out, err := exec.Command("strace", append([]string{"-f", "-c", "-U", "calls,name"}, words...)...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("strace: %w: %s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[1] == "total" {
			return strconv.Atoi(fields[0])
		}
	}
	return 0, fmt.Errorf("strace printed no total: %s", out)
}

// build compiles a package of the module, or a file, into dir.
func build(dir, name, source string) (string, error) {
	path := filepath.Join(dir, name)
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, source)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w: %s", source, err, out)
	}
	return path, nil
}
