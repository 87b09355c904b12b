// Package unshare is the command that runs a program in new namespaces, with
// the options, messages and exit statuses of util-linux's: options.go says what
// can be asked for, flags.go how, take.go what each option means.
//
// It must not import package cli, whose table it stands in, nor anything heavy
// at start. It rests on unshare(1), unshare(2), user_namespaces(7),
// mount_namespaces(7) and time_namespaces(7).
package unshare
