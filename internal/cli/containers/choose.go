package containers

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"isle/internal/cli/verb"
	"isle/internal/engine"
)

// target is a container that a command names, by the word it uses, or why there
// is none.
type target struct {
	word string
	*engine.Container
	err error
}

// targets are the containers that a command names: by names and IDs, --cidfile,
// --newest, --filter, or --all of those that are fit.
func targets(e *engine.Engine, c *verb.Command, fit func(engine.Seen) bool) ([]target, error) {
	words, err := wordsOf(c)
	if err != nil {
		return nil, err
	}
	many := c.On("all") || c.On("running") || c.On("latest") || c.Has("filter")
	switch {
	case many && len(words) > 0:
		return nil, errors.New("give containers by name, or --all, --latest or --filter, and not both")
	case many:
		return several(e, c, fit)
	case len(words) == 0:
		return nil, fmt.Errorf("no container is named: isle %s --help", c.Name)
	}
	var list []target
	for _, word := range words {
		t := target{word: word}
		t.Container, t.err = e.Find(word)
		if t.err != nil && errors.Is(t.err, engine.ErrUnknown) && (c.On("ignore") || c.On("force")) {
			continue
		}
		list = append(list, t)
	}
	return list, nil
}

// wordsOf are the words that name containers.
func wordsOf(c *verb.Command) ([]string, error) {
	words := c.Words
	for _, path := range c.Values("cidfile") {
		id, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) && c.On("ignore") {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("--cidfile: %w", err)
		}
		words = append(words, strings.TrimSpace(string(id)))
	}
	return words, nil
}

// several are containers that are named by what they are.
func several(e *engine.Engine, c *verb.Command, fit func(engine.Seen) bool) ([]target, error) {
	all, err := e.List()
	if err != nil {
		return nil, err
	}
	keep, err := filterOf(e, c.Values("filter"))
	if err != nil {
		return nil, err
	}
	if c.On("latest") && len(all) > 1 {
		all = all[:1]
	}
	seen, err := e.Look(all)
	if err != nil {
		return nil, err
	}
	if c.On("latest") && len(seen) == 0 {
		return nil, errors.New("there are no containers")
	}
	var list []target
	for _, s := range seen {
		if (c.On("latest") || fit == nil || fit(s)) && keep(s) {
			list = append(list, target{word: s.Request.ID, Container: s.Container})
		}
	}
	return list, nil
}

// atOnce is how many containers are worked on at a time.
const atOnce = 8

// each does something with each of the targets, several at a time, and prints
// those with which it was done, in their order. Each error is told; status says
// what the exit status is for it.
func each(c *verb.Command, list []target, status func(error) int, do func(*engine.Container) error) error {
	slots := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for i := range list {
		if list[i].err != nil {
			list[i].err = fmt.Errorf("%s %w", c.Name, list[i].err)
			continue
		}
		slots <- struct{}{}
		running.Go(func() {
			list[i].err = do(list[i].Container)
			<-slots
		})
	}
	running.Wait()
	worst := 0
	for _, t := range list {
		if t.err == nil {
			fmt.Println(t.word)
			continue
		}
		verb.Report("isle", t.err)
		worst = max(worst, status(t.err))
	}
	if worst == 0 {
		return nil
	}
	return verb.Status(worst)
}

// always125 is the exit status for any error.
func always125(error) int { return failure }

// act opens the engine, and does something with each container that the command
// names.
func act(c *verb.Command, fit func(engine.Seen) bool, status func(error) int, do func(*engine.Engine, *engine.Container) error) error {
	e, err := engine.Open()
	if err != nil {
		return err
	}
	list, err := targets(e, c, fit)
	if err != nil {
		return err
	}
	return each(c, list, status, func(o *engine.Container) error { return do(e, o) })
}

// up are the containers that have processes.
func up(s engine.Seen) bool { return s.Status == engine.Running || s.Status == engine.Paused }

// Names are the names of all containers, for completion.
func Names() []string {
	e, err := engine.Open()
	if err != nil {
		return nil
	}
	list, _ := e.List()
	var names []string
	for _, c := range list {
		names = append(names, c.Request.Name)
	}
	return names
}
