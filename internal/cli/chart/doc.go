// Package chart is the command "map": it draws the host, or has the program
// isle-web serve it live. A Go package cannot be called map.
//
// It must not import the other commands, nor a web server. It rests on packages
// atlas, draw and page.
package chart
