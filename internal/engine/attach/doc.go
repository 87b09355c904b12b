// Package attach is what is said on the socket of a container's monitor, and the
// side of it that speaks for a person at a terminal: it types into the container
// and shows what it prints.
//
// The socket is one of type SOCK_SEQPACKET (unix(7)): a packet is a message, and
// nobody needs to count bytes. The package must stay light, for the monitor has it
// too. It knows neither terminals nor containers.
package attach
