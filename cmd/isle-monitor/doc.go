// Command isle-monitor holds a container that runs in the background, or that has
// a terminal or is restarted: it keeps its log and lets clients attach, until the
// container has ended. It is a program of its own so as to be small, for there is
// one for every container. It is for isle to start, not for a person.
package main
