package main

import (
	"os"

	"isle/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args))
}
