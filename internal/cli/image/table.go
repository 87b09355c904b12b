package image

import (
	"strings"

	"isle/internal/getopt"
)

// Operands are what follows the options of each command.
const (
	ImagesOperands  = "[NAME]"
	LoadOperands    = ""
	ImportOperands  = "FILE [NAME]"
	SaveOperands    = "IMAGE..."
	PullOperands    = "NAME..."
	PushOperands    = "IMAGE [NAME]"
	LoginOperands   = "[REGISTRY]"
	LogoutOperands  = "[REGISTRY]"
	RmiOperands     = "IMAGE..."
	TagOperands     = "IMAGE NAME..."
	HistoryOperands = "IMAGE"
)

func syntaxOf(name string) *syntax {
	switch name {
	case "images":
		return newSyntax(name, ImagesOperands, ImagesAbout, ImagesFlags(), 0, 1)
	case "load":
		return newSyntax(name, LoadOperands, LoadAbout, LoadFlags(), 0, 0)
	case "import":
		return newSyntax(name, ImportOperands, ImportAbout, ImportFlags(), 1, 2)
	case "save":
		return newSyntax(name, SaveOperands, SaveAbout, SaveFlags(), 1, -1)
	case "pull":
		return newSyntax(name, PullOperands, PullAbout, PullFlags(), 1, -1)
	case "push":
		return newSyntax(name, PushOperands, PushAbout, PushFlags(), 1, 2)
	case "login":
		return newSyntax(name, LoginOperands, LoginAbout, LoginFlags(), 0, 1)
	case "logout":
		return newSyntax(name, LogoutOperands, LogoutAbout, LogoutFlags(), 0, 1)
	case "rmi":
		return newSyntax(name, RmiOperands, RmiAbout, RmiFlags(), 0, -1)
	case "tag":
		return newSyntax(name, TagOperands, TagAbout, TagFlags(), 2, -1)
	case "history":
		return newSyntax(name, HistoryOperands, HistoryAbout, HistoryFlags(), 1, 1)
	case "system df":
		return newSyntax(name, "", DfAbout, DfFlags(), 0, 0)
	case "system prune":
		return newSyntax(name, "", PruneAbout, PruneFlags(), 0, 0)
	}
	return nil
}

// Parse reads the words of a command of the table for isle-image; ok is false if
// there is no such command.
func Parse(args []string) (c *Command, prog string, ok bool, err error) {
	for _, n := range []int{1, 2} {
		if len(args) < n {
			break
		}
		name := strings.Join(args[:n], " ")
		if s := syntaxOf(name); s != nil {
			prog = "isle " + name
			c, err = s.parse(prog, args[n:])
			return c, prog, true, err
		}
	}
	return nil, "isle", false, nil
}

// Flags of options that several commands have.
func quiet(what string) getopt.Option {
	return getopt.Option{Long: "quiet", Short: 'q', Group: "Options", Help: what}
}

var (
	noTrunc    = getopt.Option{Long: "no-trunc", Group: "Options", Help: "do not cut IDs and commands short"}
	noHeadings = getopt.Option{Long: "noheading", Short: 'n', Group: "Options", Help: "print no headings"}
	platform   = getopt.Option{Long: "platform", Arg: getopt.Required, ArgName: "OS/ARCH[/VARIANT]", Group: "Options", Help: "choose the image for this platform, not for that of this host"}
	authFile   = getopt.Option{Long: "authfile", Arg: getopt.Required, ArgName: "FILE", Group: "Options", Help: "take credentials from this file only"}
	creds      = getopt.Option{Long: "creds", Arg: getopt.Required, ArgName: "USER[:PASSWORD]", Group: "Options", Help: "use these credentials; without PASSWORD it is asked for"}
	tlsVerify  = getopt.Option{Long: "tls-verify", Arg: getopt.Optional, ArgName: "BOOL", Group: "Options", Help: "want HTTPS and a certificate that can be checked; with false neither, whatever registries.conf says"}
	maxSize    = getopt.Option{Long: "max-size", Arg: getopt.Required, ArgName: "SIZE", Group: "Options", Help: "refuse an image whose files take more than SIZE, such as 500M or 20G; 64G unless given"}
)
