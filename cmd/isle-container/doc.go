// Command isle-container carries out what is slow to start of the verbs of
// containers: what prints by Go templates, or reads and writes archives. isle
// executes it with the words that it was given itself.
package main
