// Command isle-container carries out what is slow to start of the verbs of
// containers: what prints by Go templates, or reads and writes archives. isle
// executes it with the words that it was given itself.
//
// For the files of a container it executes itself once more, where they are: in
// the user namespace of a container that runs, or where the layers of one that
// does not run are put together, in a mount namespace of its own. What is copied
// goes between the two as an archive, so that the one that may read and write the
// caller's files never resolves a path in a container.
package main
