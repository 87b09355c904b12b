// Command isle-image works on images: it fetches, loads, unpacks and removes
// them. isle executes it for the commands that are slow to start, with the words
// that it was given itself.
//
// For an ordinary user it executes itself once more, in a user namespace that
// has the user's subordinate ids, since the files of an image have many owners.
package main
