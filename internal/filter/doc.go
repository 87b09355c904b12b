// Package filter parses the filter expressions that lsns -Q takes, such as
// TYPE == "net" && NPROCS > 5, and asks them of one row after another.
//
// It knows no column and imports nothing of isle. It rests on scols-filter(5) of
// util-linux 2.42, but for regular expressions. These are Go's, regexp/syntax
// with (?s), not those of regex(7): a backslash escapes within brackets too, \d
// and (?i) have a meaning, and back references have none.
package filter
