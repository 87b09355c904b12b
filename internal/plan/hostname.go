package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Hostname names the new UTS namespace; an empty name is left as it is.
type Hostname struct{ Host, Domain string }

// Words describes the step.
func (s *Hostname) Words() string {
	switch {
	case s.Domain == "":
		return "name the host " + s.Host
	case s.Host == "":
		return "set the domain name to " + s.Domain
	}
	return "name the host " + s.Host + " and the domain " + s.Domain
}

// Facts gives nothing more.
func (s *Hostname) Facts() why.Facts { return none(why.OpHostname) }

// Shell prints the commands.
func (s *Hostname) Shell(sh *Script) {
	if s.Host != "" {
		sh.Line(`printf '%s\n' ` + Quote(s.Host) + " >/proc/sys/kernel/hostname")
	}
	if s.Domain != "" {
		sh.Line(`printf '%s\n' ` + Quote(s.Domain) + " >/proc/sys/kernel/domainname")
	}
}

// Lower adds the calls.
func (s *Hostname) Lower(l *Lowering) {
	if s.Host != "" {
		l.Call(unix.SYS_SETHOSTNAME, l.Str(s.Host), program.Imm(len(s.Host))).Called("set the host name")
	}
	if s.Domain != "" {
		l.Call(unix.SYS_SETDOMAINNAME, l.Str(s.Domain), program.Imm(len(s.Domain))).Called("set the domain name")
	}
}

// Loopback brings up the loopback device of the new network namespace, so that
// 127.0.0.1 and ::1 are there.
type Loopback struct{}

// Words describes the step.
func (s *Loopback) Words() string { return "bring the loopback device up" }

// Facts gives nothing more.
func (s *Loopback) Facts() why.Facts { return none(why.OpNetwork) }

// Shell prints the ip command.
func (s *Loopback) Shell(sh *Script) { sh.Command("ip", "link", "set", "lo", "up") }

// Lower sets the flag with an ioctl on any socket (netdevice(7)).
func (s *Loopback) Lower(l *Lowering) {
	request := make([]byte, 40) // struct ifreq
	copy(request, "lo")
	request[16] = unix.IFF_UP
	fd := l.Call(unix.SYS_SOCKET, program.Named(unix.AF_UNIX, "AF_UNIX"), program.Named(unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, "SOCK_DGRAM|SOCK_CLOEXEC"), program.Imm(0)).
		Called("bring the loopback device up")
	l.Call(unix.SYS_IOCTL, fd.Result(), program.Named(unix.SIOCSIFFLAGS, "SIOCSIFFLAGS"), l.Bytes(request, `{"lo", IFF_UP}`)).
		Called("bring the loopback device up")
}
