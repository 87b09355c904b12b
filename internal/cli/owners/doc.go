// Package owners has a program work on files of many owners: for an ordinary user
// it is executed once more, as root of a user namespace that has his subordinate
// ids.
//
// It is for the programs beside isle, and knows nothing of what they do. It rests
// on user_namespaces(7) and subuid(5).
package owners
