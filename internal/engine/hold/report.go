package hold

import (
	"strconv"
	"strings"
	"time"
)

// The verbs of isle that a monitor executes, and the descriptors that it gives
// to the first one. The container's ID follows, and to VerbEnd its exit status.
const (
	VerbStart  = "container-start" // with --report-fd=N, and --console-fd=N if there is a terminal
	VerbEnd    = "container-end"
	VerbHealth = "container-health"

	// OptionAgain is given to container-start when the container's policy starts it,
	// and nobody who would say that it is to run.
	OptionAgain = "--again"

	ReportFD  = 3 // to which container-start writes what Reported or Refused returns
	ConsoleFD = 4 // a socket to which it sends the outer end of the terminal (SCM_RIGHTS)

	// SizeVariable is a variable of container-start's: ROWSxCOLUMNS of the terminal
	// of a client, if there is one before the start.
	SizeVariable = "ISLE_CONSOLE_SIZE"
)

// Reported is container-start's report of a container that was started.
func Reported(pid int) string { return "pid " + strconv.Itoa(pid) }

// Refused is its report of one that was not.
func Refused(status int, text string) string { return Failed + " " + strconv.Itoa(status) + " " + text }

// ReadReport reads a report. A report that is none, of a program that was killed,
// is a failure.
func ReadReport(report string) (pid int, f *Failure) {
	word, rest, _ := strings.Cut(strings.TrimSpace(report), " ")
	switch word {
	case "pid":
		if n, err := strconv.Atoi(rest); err == nil && n > 0 {
			return n, nil
		}
	case Failed:
		number, text, _ := strings.Cut(rest, " ")
		if status, err := strconv.Atoi(number); err == nil {
			return 0, &Failure{status, text}
		}
	}
	return 0, &Failure{125, "start the container: isle " + VerbStart + " has ended without a report"}
}

// Again is container-end's answer if the container is to be started once more.
func Again(after time.Duration) string {
	return "restart " + strconv.FormatInt(after.Milliseconds(), 10)
}

// NotAgain is its answer if not.
const NotAgain = "end"

// ReadAgain reads the answer. Whatever is none says that it is not.
func ReadAgain(answer string) (after time.Duration, again bool) {
	word, rest, _ := strings.Cut(strings.TrimSpace(answer), " ")
	n, err := strconv.ParseInt(rest, 10, 32)
	return time.Duration(n) * time.Millisecond, word == "restart" && err == nil && n >= 0
}

// Checked is container-health's answer: the status, and when to look again.
func Checked(status string, next time.Duration) string {
	return status + " " + strconv.FormatInt(next.Milliseconds(), 10)
}

// ReadChecked reads when to look again.
func ReadChecked(answer string) (next time.Duration, ok bool) {
	_, rest, _ := strings.Cut(strings.TrimSpace(answer), " ")
	n, err := strconv.ParseInt(rest, 10, 64)
	return time.Duration(n) * time.Millisecond, err == nil && n > 0
}
