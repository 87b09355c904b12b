// Package idmap says which user and group ids of a new user namespace stand for
// which ids outside: it reads what a person asked for, looks up what the system
// grants, and yields the text that goes to uid_map and gid_map.
//
// It only reads; whoever carries out the plan writes the maps. It imports
// nothing of isle. It rests on user_namespaces(7), subuid(5), newuidmap(1),
// passwd(5), group(5) and, for the meaning of the options, unshare(1).
package idmap
