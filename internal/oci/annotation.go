package oci

import (
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"

	"isle/internal/seccomp"
)

// Annotations by which isle's own engine says what a configuration has no field
// for, or none that is short enough.
const (
	// AnnotationSeccomp is "default" for the default profile: as rules it has more
	// text than all the rest, and is compiled anew at each start.
	AnnotationSeccomp = "isle.seccomp"
	// AnnotationInit is "true" if PID 1 is to be a small init that runs the program.
	AnnotationInit = "isle.init"
	// AnnotationGroups is "keep" if the process is to keep the additional groups
	// that its caller has, mapped or not. It is crun's.
	AnnotationGroups = "run.oci.keep_original_groups"
)

// defaultFilter is the filter of the default profile for what the container's
// first process may do.
func defaultFilter(spec *specs.Spec) (*seccomp.Filter, error) {
	if how := spec.Annotations[AnnotationSeccomp]; how != "default" {
		return nil, fmt.Errorf("annotation %s: unknown value %q: it is default", AnnotationSeccomp, how)
	}
	var bounding []string
	if spec.Process != nil && spec.Process.Capabilities != nil {
		bounding = spec.Process.Capabilities.Bounding
	}
	host, err := seccomp.ThisHost(bounding)
	if err != nil {
		return nil, err
	}
	return seccomp.CompileDefault(host)
}

// wantsInit says whether the program runs under an init.
func wantsInit(spec *specs.Spec) bool { return spec.Annotations[AnnotationInit] == "true" }

// keepsGroups says whether the process keeps its caller's groups.
func keepsGroups(spec *specs.Spec) bool {
	return spec.Annotations[AnnotationGroups] == "1" || spec.Annotations[AnnotationGroups] == "true"
}
