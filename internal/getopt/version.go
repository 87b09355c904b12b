package getopt

// Version is isle's version. The linker sets it when isle is built by make.
var Version = "unreleased"

// compatible is the release of util-linux whose tools the commands stand for.
const compatible = "2.42"

// VersionAnswer is the answer to --version.
func VersionAnswer(prog string) Answer {
	return Answer(prog + " from isle " + Version + " (util-linux " + compatible + " compatible)\n")
}
