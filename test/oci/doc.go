// Package oci tests the runtime that isle oci is, on the built program: each
// test makes a bundle, has containers of it, and looks at them from inside and
// outside as an engine would.
//
// It imports nothing of isle's runtime. It rests on the OCI runtime
// specification 1.3, runc(8), crun(1) and the manual pages of Linux.
package oci
