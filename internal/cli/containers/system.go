package containers

import (
	"fmt"
	"os"

	"isle/internal/cli/image"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle system is for.
const (
	SystemAbout = `Look after what isle keeps on disk: say what it takes (df), and free what nobody needs
(prune).`
	SystemExample = `isle system df
isle system prune --all --force`
	systemPruneAbout = `Remove containers that do not run, images without a name, and what downloads and
removals that were cut off have left. With --all images with a name go as well, but
for those of containers; with --volumes the volumes that no container has.`
)

// imageHelper is the program that works on images.
const imageHelper = "isle-image"

// SystemMembers are the verbs of isle system.
func SystemMembers() []verb.Member {
	return []verb.Member{
		{Verb: getopt.Verb{Name: "df", Short: "Say how much disk isle takes", Options: image.DfFlags()}, Run: systemDf},
		{Verb: getopt.Verb{Name: "info", Short: "Print what isle has here and what the host is", Options: InfoFlags()}, Run: ShowInfo},
		verb.MemberOf(newVerb("system prune", "", systemPruneAbout, []getopt.Option{
			flag("all", 'a', "remove images that have a name as well"),
			value("filter", 0, "KEY=VALUE", "only containers for which this holds, as for isle ps; may be given several times"),
			flag("force", 'f', "do not ask"),
			flag("volumes", 0, "remove volumes too"), verb.Help,
		}, 0, 0), "Free what nobody needs", nil, systemPrune),
	}
}

// System looks after what isle keeps on disk.
func System(prog string, args []string) int {
	return verb.Group(prog, "system", SystemAbout, SystemMembers(), args)
}

// systemDf has isle-image say what is taken, which can read files of all owners.
func systemDf(prog string, args []string) int {
	v := newVerb("system df", "", image.DfAbout, image.DfFlags(), 0, 0)
	v.Helper = imageHelper
	if dir, err := engine.Where(); err == nil {
		os.Setenv("ISLE_CONTAINERS", dir)
	}
	return v.Main(prog, args, nil)
}

func systemPrune(c *verb.Command) error {
	what := "all containers that do not run, images without a name, and content that no image needs"
	if c.On("all") {
		what = "all containers that do not run, images that no container has, and content that no image needs"
	}
	if c.On("volumes") {
		what += ", and volumes that no container has"
	}
	if !c.On("force") && !agreed(what) {
		return nil
	}
	e, err := engine.Open()
	if err != nil {
		return err
	}
	ids, err := pruneContainers(e, c.Values("filter"))
	told("Deleted Containers", ids)
	if err != nil {
		return err
	}
	if c.On("volumes") {
		names, err := pruneVolumes(e, func(*engine.Volume) bool { return true })
		told("Deleted Volumes", names)
		if err != nil {
			return err
		}
	}
	if err := e.Tidy(); err != nil {
		return err
	}
	words := []string{"system", "prune", "--force"}
	if c.On("all") {
		words = append(words, "--all")
	}
	return verb.Hand(imageHelper, words)
}

// told says what was removed, if anything was.
func told(what string, names []string) {
	if len(names) == 0 {
		return
	}
	fmt.Println(what)
	for _, name := range names {
		fmt.Println(name)
	}
}

// Usage is what containers and volumes take on disk.
func Usage() ([]image.Usage, error) {
	e, err := engine.Open()
	if err != nil {
		return nil, err
	}
	list, err := e.List()
	if err != nil {
		return nil, err
	}
	of := image.Usage{Type: "Containers", Total: len(list)}
	for _, c := range list {
		n, err := engine.Size(c.Path("upper"))
		if err != nil {
			return nil, err
		}
		of.Size += n
		if c.Up() {
			of.Active++
		} else {
			of.Reclaimable += n
		}
	}
	volumes, err := e.Volumes()
	if err != nil {
		return nil, err
	}
	users, err := e.VolumeUsers()
	if err != nil {
		return nil, err
	}
	on := image.Usage{Type: "Local Volumes", Total: len(volumes)}
	for _, v := range volumes {
		n, err := engine.Size(v.Path)
		if err != nil {
			return nil, err
		}
		on.Size += n
		if len(users[v.Name]) > 0 {
			on.Active++
		} else {
			on.Reclaimable += n
		}
	}
	return []image.Usage{of, on}, nil
}
