// Package lsns is the command that lists namespaces, with the options, columns,
// messages and exit statuses of util-linux's: options.go says what can be asked
// for, column.go what a column shows, tree.go which row is below which.
//
// It must not import package cli, whose table it stands in, nor anything heavy
// at start. It rests on lsns(8), namespaces(7), rtnetlink(7) and scols-filter(5).
package lsns
