// Package atlas makes a map of a host out of a scan: the islands, the namespaces
// that they share or keep, and the links between their networks. A map is data
// that can be written as JSON on one host and looked at on another.
//
// How a map is drawn is for package draw, and how it is served for package web.
// It rests on namespaces(7), veth(4) and rtnetlink(7).
package atlas
