package containers

import (
	"fmt"
	"os"
	"runtime"

	"isle/internal/cli/show"
	"isle/internal/cli/verb"
	"isle/internal/getopt"
)

// What isle version is for.
const (
	VersionAbout   = `Say which isle this is.`
	VersionExample = `isle version --format '{{.Client.Version}}'`
)

// VersionFlags is the table of options of version.
func VersionFlags() []getopt.Option {
	return []getopt.Option{value("format", 'f', "FORMAT", "json, or a Go template"), verb.Help}
}

func versionVerb() *verb.Verb { return newVerb("version", "", VersionAbout, VersionFlags(), 0, 0) }

// Versions is which isle this is. There is no server.
type Versions struct{ Client Build }

// Build is a program. Scripts read the fields, which are podman's.
type Build struct {
	Version   string
	GoVersion string
	Os, Arch  string
	OsArch    string
}

// ThisVersion is this isle.
func ThisVersion() Versions {
	return Versions{Build{getopt.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOOS + "/" + runtime.GOARCH}}
}

// Version says which isle this is.
func Version(prog string, args []string) int {
	return versionVerb().Main(prog, args, func(c *verb.Command) error {
		v := ThisVersion()
		switch f := c.Value("format"); f {
		case "":
			_, err := fmt.Printf("Client:       isle\nVersion:      %s\nGo Version:   %s\nOS/Arch:      %s\n", v.Client.Version, v.Client.GoVersion, v.Client.OsArch)
			return err
		case "json":
			return show.JSON(os.Stdout, v)
		default:
			return fmt.Errorf("'%s' is no format: that is json, or a Go template", f)
		}
	})
}
