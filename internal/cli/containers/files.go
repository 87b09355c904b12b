package containers

import (
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// Operands of the commands that work on files of containers.
const (
	CpOperands     = "[CONTAINER:]SOURCE [CONTAINER:]TARGET"
	DiffOperands   = "CONTAINER"
	ExportOperands = "CONTAINER"
	CommitOperands = "CONTAINER [NAME]"
)

// CpAbout is what cp is for.
const CpAbout = `Copy files into a container or out of it, whether it runs or not.

A folder is copied with all that is in it; SOURCE/. stands for what is in it alone. - as the source is an archive on standard input, which is unpacked in the folder TARGET, and as the target an archive on standard output. Links in the container lead nowhere outside of it.`

// CpExample is a few lines of shell.
const CpExample = `# A file into a container, and a folder out of it
isle cp nginx.conf web:/etc/nginx/
isle cp web:/var/log/nginx logs
# What is in a folder, as an archive
isle cp web:/etc/. - | tar t`

// CpFlags is the table of options of cp.
func CpFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "archive", Short: 'a', Arg: getopt.Optional, ArgName: "BOOL", Group: "Options", Help: "give what is copied to the user at the target: the container's, or you; so it is unless --archive=false, which keeps the numbers of the owners"},
		{Long: "overwrite", Group: "Options", Help: "let a folder take the place of a file, and the other way round"},
		verb.Help,
	}
}

// DiffAbout is what the diff of a container is for.
const DiffAbout = `List what a container has added (A), changed (C) and deleted (D) of its image's files.`

// ExportAbout is what export is for.
const ExportAbout = `Write the root file system of a container as an archive, without what is mounted in it.`

// ExportExample is a few lines of shell.
const ExportExample = `# Into a file, and into an image of one layer
isle export -o web.tar web
isle export web | isle import - web:flat`

// ExportFlags is the table of options of export.
func ExportFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "output", Short: 'o', Arg: getopt.Required, ArgName: "FILE", Group: "Options", Help: "write to this file, and not to standard output"},
		verb.Help,
	}
}

// CommitAbout is what commit is for.
const CommitAbout = `Make an image of what a container has changed, over the image that it is made from, and print its ID. What is in volumes is not part of it.`

// CommitExample is a few lines of shell.
const CommitExample = `# With another command
isle commit -c 'CMD ["nginx", "-g", "daemon off;"]' web localhost/web:2`

// CommitFlags is the table of options of commit.
func CommitFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "author", Short: 'a', Arg: getopt.Required, ArgName: "NAME", Group: "Options", Help: "write down who has made it"},
		{Long: "change", Short: 'c', Arg: getopt.Required, ArgName: "INSTRUCTION", Group: "Options", Help: "set how a container runs, as a Dockerfile does: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR; may be given several times"},
		{Long: "message", Short: 'm', Arg: getopt.Required, ArgName: "TEXT", Group: "Options", Help: "write this into the history"},
		{Long: "pause", Short: 'p', Arg: getopt.Optional, ArgName: "BOOL", Group: "Options", Help: "stop the container's processes meanwhile"},
		{Long: "quiet", Short: 'q', Group: "Options", Help: "say nothing but the ID"},
		verb.Help,
	}
}

// files is the verb of that name which works on files of containers, nil if there
// is none.
func files(name string) *verb.Verb {
	v := newVerb(name, "", "", nil, 1, 1)
	switch name {
	case "cp":
		v.Operands, v.About, v.Options, v.Least, v.Most = CpOperands, CpAbout, CpFlags(), 2, 2
	case "diff":
		v.Operands, v.About, v.Options = DiffOperands, DiffAbout, DiffFlags()
	case "export":
		v.Operands, v.About, v.Options = ExportOperands, ExportAbout, ExportFlags()
	case "commit":
		v.Operands, v.About, v.Options, v.Most = CommitOperands, CommitAbout, CommitFlags(), 2
	default:
		return nil
	}
	return v
}

// DiffFlags is the table of options of the diff of a container.
func DiffFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "format", Arg: getopt.Required, ArgName: "FORMAT", Group: "Options", Help: "json, in place of a line each"},
		verb.Help,
	}
}

// Cp copies files into a container or out of it.
func Cp(prog string, args []string) int { return files("cp").Main(prog, args, nil) }

// IsDiff says whether the words after diff are a container's, and none of its
// processes'.
func IsDiff(args []string) bool {
	c, err := files("diff").Parse("diff", args)
	if err != nil || len(c.Words) != 1 {
		return false
	}
	e, err := engine.Open()
	if err != nil {
		return false
	}
	_, err = e.Find(c.Words[0])
	return err == nil
}

// Diff lists what a container has changed.
func Diff(prog string, args []string) int { return files("diff").Main(prog, args, nil) }

// Export writes the root of a container as an archive.
func Export(prog string, args []string) int { return files("export").Main(prog, args, nil) }

// Commit makes an image of a container.
func Commit(prog string, args []string) int { return files("commit").Main(prog, args, nil) }
