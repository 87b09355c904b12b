// Package hold has a container held: it starts the monitor, a small process that
// stays with the container until it has ended, and says what the two say to each
// other. The monitor itself is package monitor, which only cmd/isle-monitor has.
//
// A monitor is told all it has to know by the words that it is started with, so
// that it reads no files. The package must stay light: cmd/isle begins with it.
package hold
