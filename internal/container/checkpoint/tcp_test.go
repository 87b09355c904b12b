package checkpoint_test

import (
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// talker counts through a TCP connection, both ends of which are in the container.
const talker = "ifconfig lo up; (i=0; while :; do i=$((i+1)); echo $i; usleep 10000; done) | nc -l -p 4000 & " +
	"mkfifo /tmp/silent; sleep 10000 >/tmp/silent & until nc 127.0.0.1 4000 </tmp/silent; do usleep 10000; done"

// TestConnection restores a TCP connection with what is on its way.
func TestConnection(t *testing.T) {
	needs(t)
	b := newBox(t, talker, func(s *specs.Spec) {
		for _, set := range []*[]string{&s.Process.Capabilities.Bounding, &s.Process.Capabilities.Effective, &s.Process.Capabilities.Permitted} {
			*set = append(*set, "CAP_NET_ADMIN")
		}
	})
	before := b.start()
	before.after(20)
	b.bad([]string{"TCP", "log is"}, "checkpoint", "--image-path", b.image, b.id)
	counts(t, before.after(5), 1)
	b.checkpoint("--tcp-established")
	last := counts(t, before.whole(), 1)
	after := b.restore("--tcp-established")
	counts(t, after.after(20), last+1)
	b.end()
}
