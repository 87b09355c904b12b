// Package doctor examines this host for what isle needs and says how to mend
// what is missing: a report as rows, a table for people, JSON for programs.
//
// It asks by package feature and imports nothing else of isle; it changes
// nothing itself. The commands that it prints are those of sysctl(8),
// usermod(8), chmod(1), modprobe(8), apparmor_parser(8) and package managers.
package doctor
