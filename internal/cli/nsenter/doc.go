// Package nsenter is the command that runs a program in namespaces that exist,
// with the options, messages and exit statuses of util-linux's: options.go says
// what can be asked for, flags.go how, take.go what each option means.
//
// It must not import package cli, whose table it stands in, nor anything heavy
// at start. It rests on nsenter(1), setns(2), pidfd_open(2), ioctl_ns(2) and
// credentials(7).
package nsenter
