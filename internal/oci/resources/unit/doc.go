// Package unit is what isle and its helper isle-systemd say to each other about a
// unit of systemd: a request on the helper's standard input, and its end.
//
// It imports nothing of isle. It rests on org.freedesktop.systemd1(5) and
// systemd.resource-control(5).
package unit
