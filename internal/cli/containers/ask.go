package containers

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// agreed asks whether things are to be removed.
func agreed(what string) bool {
	fmt.Fprintf(os.Stderr, "This removes %s. Go on? [y/N] ", what)
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes"
}
