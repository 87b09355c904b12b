// Package review is the command that shows what programs changed under isle run
// --review, and applies or drops it; and what isle run does at their end.
//
// It must not import the other commands, nor anything heavy at start. It rests
// on package internal/review. Names and texts that it prints are a hostile
// program's, so all of them are made safe for a terminal.
package review
