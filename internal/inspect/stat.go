package inspect

import "isle/ns"

// readStat reads who the process is. It is gone if that fails.
func (p *Process) readStat() error {
	q, err := ns.ReadProcess(p.PID)
	if err != nil {
		return err
	}
	p.PPID, p.Comm, p.Start = q.PPID, q.Comm, q.Start
	return nil
}
