package seccomp

import _ "embed" // for the filter

// precompiled is what CompileDefault makes for the usual host.
//
//go:embed default_amd64.bpf
var precompiled []byte
