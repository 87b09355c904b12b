package checkpoint

import "errors"

// answer is a message of criu's: criu_resp of rpc.proto.
type answer struct {
	kind    Kind
	success bool
	pid     int
	script  string // of a notification
	failure string // the first error in criu's log
}

func decode(m message) (*answer, error) {
	a := &answer{}
	var inner error
	err := m.fields(func(field int, n uint64, part message) {
		switch field {
		case respType:
			a.kind = Kind(n)
		case respSuccess:
			a.success = n != 0
		case respErrorMessage:
			a.failure = string(part)
		case respRestore:
			inner = errors.Join(inner, part.fields(a.restored))
		case respNotify:
			inner = errors.Join(inner, part.fields(a.notified))
		}
	})
	return a, errors.Join(err, inner)
}

// restored reads criu_restore_resp.
func (a *answer) restored(field int, n uint64, _ message) {
	if field == restorePID {
		a.pid = int(int32(n))
	}
}

// notified reads criu_notify.
func (a *answer) notified(field int, n uint64, text message) {
	switch field {
	case notifyScript:
		a.script = string(text)
	case notifyPID:
		a.pid = int(int32(n))
	}
}
