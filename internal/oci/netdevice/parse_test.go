package netdevice

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// FuzzParse gives the parsers what no kernel would send.
func FuzzParse(f *testing.F) {
	if s, err := open(); err == nil {
		for _, what := range []uint16{unix.RTM_GETLINK, unix.RTM_GETADDR, unix.RTM_GETROUTE} {
			size := map[uint16]int{unix.RTM_GETLINK: unix.SizeofIfInfomsg, unix.RTM_GETADDR: unix.SizeofIfAddrmsg, unix.RTM_GETROUTE: unix.SizeofRtMsg}[what]
			found, _ := s.list(what, make([]byte, size))
			for _, data := range found {
				f.Add(data)
			}
		}
		unix.Close(int(s))
	}
	f.Add(append(words(0xffffffff, 0xffffffff), make([]byte, 40)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, flags := range []uint16{0, unix.NLM_F_ACK_TLVS} {
			refusal(&syscall.NetlinkMessage{Header: syscall.NlMsghdr{Flags: flags}, Data: data})
		}
		if len(data) >= unix.SizeofIfInfomsg {
			parseLink(data)
		}
		if a := address(data); len(a) >= unix.SizeofIfAddrmsg {
			_ = a.String()
			if m := a.of(7, "eth0", "eth1"); len(m) > len(a)+4*len(a) {
				t.Errorf("%d bytes of %d", len(m), len(a))
			}
		}
		if r := route(data); len(r) >= unix.SizeofRtMsg {
			_, _ = r.String(), r.added()
			if m := r.of(7); r.out() != 0 && number(m, unix.SizeofRtMsg, unix.RTA_OIF) != 7 {
				t.Errorf("a route out of %d", number(m, unix.SizeofRtMsg, unix.RTA_OIF))
			}
		}
	})
}

// TestWords: the kernel's own words come with its refusal.
func TestWords(t *testing.T) {
	h := host(t)
	h.make("one", "peer")
	err := h.s.change(addNumber(about(h.find("one").index, 0), unix.IFLA_MTU, 1<<20))
	if !errors.Is(err, unix.EINVAL) || !strings.Contains(err.Error(), "mtu greater") {
		t.Error("too large an MTU: ", err)
	}
}
