// Package web serves the map of a host to one browser, live: the page of package
// page, the newest map and its picture, and events when they change. It reads the
// host through the functions of a Source, and never writes to disk or changes
// anything.
//
// Whatever listens on a port is within reach of every page that the browser has
// open, so package web answers only to who has the token that was printed, at
// the address that it listens on, from its own page. It must never be linked
// into the front command, for net/http is heavy to start. It rests on RFC 9110,
// on RFC 6265 (cookies), on the Fetch standard's Sec-Fetch-Site, on Content
// Security Policy, and on HTML's server-sent events.
package web
