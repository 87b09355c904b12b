// Package docs runs the examples of README.md and docs/**/*.md with the isle of
// this tree, so that nothing stands in the documentation that does not work.
//
// An example is a fenced block of kind console:
//
//	```console
//	$ isle unshare --user --map-root-user id -u
//	0
//	# isle unshare --net ip -brief link
//	lo               DOWN           ...
//	```
//
// A line that begins with "$ " is typed by an ordinary user, one with "# " by
// root, one with "> " continues the command. The lines up to the next command
// are what it prints, standard error included. A line "..." stands for any
// number of lines, "..." inside a line for any text, <n> for a number, and any
// other <name> for a number that is the same wherever the block has that name.
// Commands in a row by one user share a shell, so $! and $? work, and what is
// still running when the block ends is killed. A command must succeed unless
// the next one is "echo $?".
//
// A block of kind sh is a script: it must say `run` after the kind, and must
// succeed. `skip="reason"` keeps a block of either kind from being run, and
// `needs="busybox nft"` one of kind console where one of the commands is missing.
//
// The tests run as root for both prompts; otherwise blocks with "# " are
// skipped. $ISLE names a built isle to use and $ISLE_TEST_USER the ordinary
// user, who must be able to make user namespaces. The package imports nothing
// of isle.
package docs
