package options

import (
	"errors"

	"isle/internal/getopt"
)

// AsksHelp says whether a command line that could not be read ends with -h, which
// asks for help if it does not name the host.
func AsksHelp(err error, args []string) bool {
	wrong := (*getopt.Error)(nil)
	return errors.As(err, &wrong) && wrong.Text == "option requires an argument -- 'h'" && args[len(args)-1] == "-h"
}
