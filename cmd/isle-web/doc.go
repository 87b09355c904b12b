// Command isle-web serves the live map of this host. "isle map --web" executes
// it: a web server takes long to start, which isle itself must not.
//
// It listens on the loopback unless told otherwise, and changes nothing.
package main
