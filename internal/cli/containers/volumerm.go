package containers

import (
	"errors"
	"fmt"
	"slices"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

func volumeRmVerb() *verb.Verb {
	return newVerb("volume rm", "VOLUME...", "Remove volumes with their files. One that a container has is not removed, and the\nexit status is 2 then; it is 1 if there is no such volume.", []getopt.Option{
		flag("all", 'a', "all volumes"), flag("force", 'f', "remove the containers that have it too"),
		value("time", 't', "SECONDS", seconds.Help), verb.Help,
	}, 0, -1)
}

func volumeRm(c *verb.Command) error {
	e, err := engine.Open()
	if err != nil {
		return err
	}
	long, err := patience(c)
	if err != nil {
		return err
	}
	words := c.Words
	if c.On("all") == (len(words) > 0) {
		return errors.New("name volumes, or give --all")
	}
	if c.On("all") {
		words = VolumeNames()
	}
	status := 0
	for _, word := range words {
		err := removeVolume(e, word, c, long)
		switch {
		case err == nil:
			fmt.Println(word)
			continue
		case errors.Is(err, engine.ErrNoVolume) && c.On("force"):
			continue
		case errors.Is(err, engine.ErrNoVolume):
			status = max(status, 1)
		case errors.Is(err, engine.ErrVolumeInUse):
			status = max(status, 2)
		default:
			status = failure
		}
		verb.Report("isle", fmt.Errorf("volume rm: %w", err))
	}
	if status != 0 {
		return verb.Status(status)
	}
	return nil
}

func removeVolume(e *engine.Engine, word string, c *verb.Command, long *int) error {
	v, err := e.Volume(word)
	if err != nil {
		return err
	}
	if c.On("force") {
		users, err := e.VolumeUsers()
		if err != nil {
			return err
		}
		for _, o := range users[v.Name] {
			if err := rmOne(e, o, c, long); err != nil && !errors.Is(err, engine.ErrUnknown) {
				return err
			}
		}
	}
	return e.RemoveVolume(v.Name)
}

func volumePruneVerb() *verb.Verb {
	return newVerb("volume prune", "", "Remove volumes that no container has, and print their names.", []getopt.Option{
		flag("all", 'a', "those with names too, as is done anyway"),
		value("filter", 0, "KEY=VALUE", "only volumes for which this holds, as for isle volume ls"), flag("force", 'f', "do not ask"), verb.Help,
	}, 0, 0)
}

func volumePrune(c *verb.Command) error {
	if !c.On("force") && !agreed("all volumes that no container has") {
		return nil
	}
	e, err := engine.Open()
	if err != nil {
		return err
	}
	keep, err := volumeFilter(c.Values("filter"), nil)
	if err != nil {
		return err
	}
	names, err := pruneVolumes(e, keep)
	for _, name := range names {
		fmt.Println(name)
	}
	return err
}

// pruneVolumes removes volumes that no container has.
func pruneVolumes(e *engine.Engine, keep func(*engine.Volume) bool) (names []string, err error) {
	unused, err := e.UnusedVolumes()
	if err != nil {
		return nil, err
	}
	for _, v := range slices.DeleteFunc(unused, func(v *engine.Volume) bool { return !keep(v) }) {
		failed := e.RemoveVolume(v.Name)
		if failed == nil {
			names = append(names, v.Name)
		} else if !errors.Is(failed, engine.ErrNoVolume) && !errors.Is(failed, engine.ErrVolumeInUse) {
			err = errors.Join(err, failed)
		}
	}
	return names, err
}
