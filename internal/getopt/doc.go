// Package getopt reads a command line by a table of options exactly as glibc's
// getopt_long(3) does, down to the words of its messages, and prints the help
// that the same table describes. Shell completion and man pages are made from
// that table too, so it is data and nothing else. Numbers and signals, which options of several commands take,
// are read here too.
//
// It imports nothing of isle and does no work before main. It rests on
// getopt(3), and on the GNU coding standards for --help and --version.
package getopt
