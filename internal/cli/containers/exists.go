package containers

import (
	"errors"
	"fmt"

	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// Members are those verbs of isle container that are not commands of isle's too.
func Members() []verb.Member {
	return []verb.Member{
		verb.MemberOf(newVerb("container exists", "CONTAINER", "Say by the exit status whether a container is there: 0, or 1 if not.", []getopt.Option{verb.Help}, 1, 1), "Say whether a container is there", Names, exists),
		verb.MemberOf(containerPruneVerb(), "Remove containers that do not run", nil, containerPrune),
	}
}

// What isle container is for.
const (
	ContainerAbout   = `Do to containers what the commands of the same names do.`
	ContainerExample = `isle container ls --all
isle container prune --force --filter until=24h`
)

func exists(c *verb.Command) error {
	e, err := engine.Open()
	if err == nil {
		_, err = e.Find(c.Words[0])
	}
	if errors.Is(err, engine.ErrUnknown) {
		return verb.Status(1)
	}
	return err
}

func containerPruneVerb() *verb.Verb {
	return newVerb("container prune", "", "Remove containers that do not run, and print their IDs.", []getopt.Option{
		value("filter", 0, "KEY=VALUE", "only containers for which this holds, as for isle ps: label and until, for instance"),
		flag("force", 'f', "do not ask"), verb.Help,
	}, 0, 0)
}

func containerPrune(c *verb.Command) error {
	if !c.On("force") && !agreed("all containers that do not run") {
		return nil
	}
	e, err := engine.Open()
	if err != nil {
		return err
	}
	ids, err := pruneContainers(e, c.Values("filter"))
	for _, id := range ids {
		fmt.Println(id)
	}
	return err
}

// pruneContainers removes containers that do not run, and gives their IDs.
func pruneContainers(e *engine.Engine, filters []string) (ids []string, err error) {
	keep, err := filterOf(e, filters)
	if err != nil {
		return nil, err
	}
	list, err := e.List()
	if err != nil {
		return nil, err
	}
	seen, err := e.Look(list)
	if err != nil {
		return nil, err
	}
	for _, s := range seen {
		if up(s) || s.Held() || !keep(s) {
			continue
		}
		failed := e.RemoveOnly(s.Container, false)
		if failed == nil {
			ids = append(ids, s.Request.ID)
		} else if !errors.Is(failed, engine.ErrUnknown) {
			err = errors.Join(err, failed)
		}
	}
	return ids, err
}
