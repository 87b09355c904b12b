package container

import (
	"errors"
	"fmt"
	"os"
	"strconv"
)

// adjustOOM says how readily the kernel ends a process when memory is short
// (proc_pid_oom_score_adj(5)).
func adjustOOM(pid int, adj *int, rootless bool) error {
	if adj == nil {
		return nil
	}
	err := os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid), strconv.AppendInt(nil, int64(*adj), 10), 0)
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, os.ErrPermission):
		return fmt.Errorf("set process.oomScoreAdj, %d: %w", *adj, err)
	case rootless || os.Geteuid() != 0:
		return nil // only the host's root may make a process less likely to be killed
	}
	return fmt.Errorf("set process.oomScoreAdj, %d: %w; to make a process less likely to be killed needs CAP_SYS_RESOURCE", *adj, err)
}

const ownScore = "/proc/self/oom_score_adj"

// ownOOM is what this process's adjustment is now, nil if that need not be known.
func ownOOM(needed bool) []byte {
	if !needed {
		return nil
	}
	text, err := os.ReadFile(ownScore)
	if err != nil {
		return nil
	}
	return text
}

// restoreOOM sets this process's adjustment as it was.
func restoreOOM(text []byte) {
	if text != nil {
		os.WriteFile(ownScore, text, 0) // an ordinary user may not make it less again
	}
}
