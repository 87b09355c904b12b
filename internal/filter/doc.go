// Package filter parses and evaluates the filter expressions of util-linux's
// tables: NPROCS > 5 && TYPE == "net". An expression is compiled once and asked
// of each row.
//
// It imports nothing of isle, and knows no column. It rests on scols-filter(5),
// but for regular expressions, which are Go's (regexp/syntax).
package filter
