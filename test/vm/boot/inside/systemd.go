package inside

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const unit = `[Unit]
Description=The job of this guest
After=basic.target dbus.socket systemd-logind.service systemd-user-sessions.service
Wants=dbus.socket systemd-logind.service
[Service]
Type=exec
Delegate=yes
Environment=HOME=/root
ExecStart=` + program + `
StandardError=file:/dev/console
`

// becomeSystemd makes the job a unit and executes systemd. It returns only an
// error.
func becomeSystemd() error {
	const folder = "/run/systemd/system"
	wants := folder + "/multi-user.target.wants"
	if err := os.MkdirAll(wants, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "job.service"), []byte(unit), 0o644); err != nil {
		return err
	}
	if err := os.Symlink("../job.service", filepath.Join(wants, "job.service")); err != nil {
		return err
	}
	err := unix.Exec("/usr/lib/systemd/systemd", []string{"systemd", "--unit=multi-user.target"}, os.Environ())
	return fmt.Errorf("execute systemd (has this root one?): %w", err)
}

// login is the command line that runs a command as an ordinary user under
// systemd: in a session of its own, in a scope that the user's systemd delegates.
func login(job Job) []string {
	line := []string{"systemd-run", "--quiet", "--wait", "--pipe", "--collect", "--uid=" + job.User,
		"--property=PAMName=login", "--working-directory=" + job.Dir}
	for _, v := range job.Env {
		line = append(line, "--setenv="+v)
	}
	line = append(line, "systemd-run", "--quiet", "--user", "--scope", "--property=Delegate=yes", "--")
	return append(line, job.Command...)
}
