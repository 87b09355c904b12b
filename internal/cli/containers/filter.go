package containers

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"isle/internal/engine"
	"isle/internal/engine/logs"
)

// predicate says whether a container is to be kept.
type predicate func(engine.Seen) bool

// filterOf reads filters, KEY=VALUE. Of those of one key a container has to meet
// one, but all of those of labels, as podman has it.
func filterOf(e *engine.Engine, texts []string) (predicate, error) {
	var keys []string
	byKey := map[string][]predicate{}
	for _, text := range texts {
		key, p, err := oneFilter(e, text)
		if err != nil {
			return nil, fmt.Errorf("--filter %s: %w", text, err)
		}
		if strings.HasPrefix(key, "label") {
			key = text
		}
		if byKey[key] == nil {
			keys = append(keys, key)
		}
		byKey[key] = append(byKey[key], p)
	}
	return func(s engine.Seen) bool {
		return !slices.ContainsFunc(keys, func(key string) bool {
			return !slices.ContainsFunc(byKey[key], func(p predicate) bool { return p(s) })
		})
	}, nil
}

// oneFilter reads one.
func oneFilter(e *engine.Engine, text string) (key string, p predicate, err error) {
	key, value, found := strings.Cut(text, "=")
	if !found {
		return "", nil, fmt.Errorf("it has no value: KEY=VALUE")
	}
	// The = of label!=X belongs to the key.
	switch key {
	case "id":
		p, err = pattern(value, func(s engine.Seen) string { return s.Request.ID })
	case "name":
		p, err = pattern(value, func(s engine.Seen) string { return s.Request.Name })
	case "label":
		p = func(s engine.Seen) bool { return hasLabel(s, value) }
	case "label!":
		p = func(s engine.Seen) bool { return !hasLabel(s, value) }
	case "status":
		p, err = withStatus(value)
	case "exited":
		code, failed := strconv.Atoi(value)
		p, err = func(s engine.Seen) bool { return s.Status == engine.Exited && s.State.ExitCode == code }, failed
	case "ancestor":
		p, err = from(e, value)
	case "before", "since":
		p, err = around(e, key, value)
	case "until":
		then, failed := logs.ParseMoment(value, time.Now())
		p, err = func(s engine.Seen) bool { return s.Request.Created.Before(then) }, failed
	case "volume":
		p = func(s engine.Seen) bool { return hasVolume(s, value) }
	case "network":
		p = func(s engine.Seen) bool { return network(s) == value }
	case "health":
		p = func(s engine.Seen) bool {
			return s.State.Health.Status == value || value == "none" && s.State.Health.Status == ""
		}
	case "restart-policy":
		p = func(s engine.Seen) bool {
			return s.Request.Restart == value || value == "no" && s.Request.Restart == ""
		}
	default:
		err = fmt.Errorf("there is no such key: id, name, label, status, exited, ancestor, before, since, until, volume, network, health and restart-policy are there")
	}
	return key, p, err
}

// pattern keeps what matches a regular expression somewhere.
func pattern(text string, of func(engine.Seen) string) (predicate, error) {
	r, err := regexp.Compile(text)
	return func(s engine.Seen) bool { return r.MatchString(of(s)) }, err
}

func hasLabel(s engine.Seen, label string) bool {
	key, want, exact := strings.Cut(label, "=")
	for name, value := range s.Request.Labels {
		if matched, _ := path.Match(key, name); (matched || key == name) && (!exact || value == want) {
			return true
		}
	}
	return false
}

func withStatus(value string) (predicate, error) {
	switch value {
	case "stopped":
		value = string(engine.Exited)
	case "configured", "initialized":
		value = string(engine.Created)
	case "created", "running", "paused", "exited", "unknown", "removing", "restarting", "dead", "stopping":
	default:
		return nil, fmt.Errorf("there is no such status: created, running, paused and exited are there")
	}
	return func(s engine.Seen) bool { return string(s.Status) == value }, nil
}

// from keeps containers of an image.
func from(e *engine.Engine, word string) (predicate, error) {
	digest := ""
	if i, err := e.Images.Find(word); err == nil {
		digest = i.Digest
	}
	return func(s engine.Seen) bool {
		i := s.Request.Image
		return digest != "" && i.Digest == digest || i.Name == word || strings.HasPrefix(strings.TrimPrefix(i.ID, "sha256:"), word)
	}, nil
}

// around keeps containers that were created before or after another one.
func around(e *engine.Engine, key, word string) (predicate, error) {
	other, err := e.Find(word)
	if err != nil {
		return nil, err
	}
	order := map[string]int{"before": -1, "since": 1}[key]
	return func(s engine.Seen) bool { return s.Request.Created.Compare(other.Request.Created) == order }, nil
}

func hasVolume(s engine.Seen, value string) bool {
	for _, m := range s.Request.Mounts {
		if m.Type == "volume" && m.Source == value || m.Target == value {
			return true
		}
	}
	return slices.Contains(s.State.Volumes, value)
}

// network is the network of a container as it is asked for.
func network(s engine.Seen) string {
	if s.Request.Network == "" {
		return "none"
	}
	return s.Request.Network
}
