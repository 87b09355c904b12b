// Package netdevice moves network devices of the host into a container's network
// namespace, with their addresses, and moves them back if one of them cannot go.
//
// It must never import what makes or keeps containers. It rests on rtnetlink(7),
// network_namespaces(7) and the OCI runtime specification 1.3, config-linux.md,
// "Network Devices".
package netdevice
