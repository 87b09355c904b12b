// Package parent is what isle does while the program it started runs: it
// passes signals on, stops and continues with the program, and ends as the
// program ended. Messages of failed steps are written here too.
//
// It imports sandbox and nothing of the other commands. It rests on wait4(2),
// signal(7), unshare(1) and credentials(7) for job control.
package parent
