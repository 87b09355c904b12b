// Package compare says how two live processes differ: for each kind of namespace
// whether they share it and, if not, what is different inside of it, and what
// each may do.
//
// It compares what package inspect found, asks the kernel nothing but which
// descriptors are shared, and prints nothing. It rests on namespaces(7),
// credentials(7) and kcmp(2).
package compare
