package conformance

// What the environment tells the test of the suite.
const (
	// suiteVariable is a folder that the suite is built in, and stays in. Without
	// it the suite is not run.
	suiteVariable = "ISLE_CONFORMANCE"
	// guestVariable is a command that runs the words which follow it in a guest
	// that sees that folder, for the other version of cgroups.
	guestVariable = "ISLE_CONFORMANCE_GUEST"
	// pageVariable is the page to write.
	pageVariable = "ISLE_CONFORMANCE_PAGE"
	// reportVariable is a file for the results: what the guest hands back.
	reportVariable = "ISLE_CONFORMANCE_REPORT"
	// isleVariable is isle's program, if it is built already.
	isleVariable = "ISLE"
)
