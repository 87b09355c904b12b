// Package attacks attacks isle's OCI runtime as published CVEs attacked others.
// Each attack is carried out twice: against a runtime that falls to it, which
// shows that the test can fail, and against isle. The first is naive, a runtime
// of this package that does everything by path, or the host's runc or crun.
//
// It imports nothing of isle: it runs the built program. It rests on the OCI
// runtime specification, runc(8), and the advisories named at each test.
package attacks
