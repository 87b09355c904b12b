package image

import (
	"strings"

	"isle/internal/getopt"
)

// words are those that name the command.
func (s *syntax) words() []string { return strings.Fields(s.name) }

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
	InspectOperands = "IMAGE..."
	HistoryOperands = "IMAGE"
	SystemOperands  = "df|prune"
)

func syntaxOf(name string) *syntax {
	switch name {
	case "images":
		return &syntax{name, ImagesOperands, ImagesAbout, ImagesFlags(), 0, 1}
	case "load":
		return &syntax{name, LoadOperands, LoadAbout, LoadFlags(), 0, 0}
	case "import":
		return &syntax{name, ImportOperands, ImportAbout, ImportFlags(), 1, 2}
	case "save":
		return &syntax{name, SaveOperands, SaveAbout, SaveFlags(), 1, -1}
	case "pull":
		return &syntax{name, PullOperands, PullAbout, PullFlags(), 1, -1}
	case "push":
		return &syntax{name, PushOperands, PushAbout, PushFlags(), 1, 2}
	case "login":
		return &syntax{name, LoginOperands, LoginAbout, LoginFlags(), 0, 1}
	case "logout":
		return &syntax{name, LogoutOperands, LogoutAbout, LogoutFlags(), 0, 1}
	case "rmi":
		return &syntax{name, RmiOperands, RmiAbout, RmiFlags(), 0, -1}
	case "tag":
		return &syntax{name, TagOperands, TagAbout, TagFlags(), 2, -1}
	case "inspect":
		return &syntax{name, InspectOperands, InspectAbout, InspectFlags(), 1, -1}
	case "history":
		return &syntax{name, HistoryOperands, HistoryAbout, HistoryFlags(), 1, 1}
	case "system df":
		return &syntax{name, "", DfAbout, DfFlags(), 0, 0}
	case "system prune":
		return &syntax{name, "", PruneAbout, PruneFlags(), 0, 0}
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

func format(what string) getopt.Option {
	return getopt.Option{Long: "format", Short: 'f', Arg: getopt.Required, ArgName: "FORMAT", Group: "Options", Help: what}
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

// IsTemplate says whether the output is asked for as a Go template, which only
// isle-image reads.
func (c *Command) IsTemplate() bool { return strings.Contains(c.Value("format"), "{{") }
