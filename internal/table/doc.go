// Package table prints rows as the table, the raw lines or the JSON that lsns
// of util-linux prints, to the byte: whoever parses the one can parse the other.
//
// It knows nothing of what the cells say and imports nothing of isle. It rests
// on lsns(8), on what libsmartcols 2.38 was seen to print, and on Unicode's East
// Asian widths.
package table
