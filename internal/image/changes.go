package image

import (
	"encoding/json"
	"fmt"
	"strings"

	"isle/internal/image/store"
)

// Change applies an instruction of a Dockerfile to how a container runs: CMD,
// ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME or WORKDIR.
func Change(e *store.Execution, instruction string) error {
	word, rest, found := strings.Cut(strings.TrimSpace(instruction), " ")
	rest = strings.TrimSpace(rest)
	if !found {
		word, rest, _ = strings.Cut(word, "=")
	}
	if rest == "" {
		return fmt.Errorf("change '%s' has no value", instruction)
	}
	switch strings.ToUpper(word) {
	case "CMD":
		e.Cmd = words(rest)
	case "ENTRYPOINT":
		e.Entrypoint = words(rest)
	case "ENV":
		return setEnv(e, rest)
	case "EXPOSE":
		e.ExposedPorts = with(e.ExposedPorts, strings.Fields(rest))
	case "VOLUME":
		var list []string
		if json.Unmarshal([]byte(rest), &list) != nil {
			list = strings.Fields(rest)
		}
		e.Volumes = with(e.Volumes, list)
	case "LABEL":
		key, value, found := strings.Cut(rest, "=")
		if !found {
			return fmt.Errorf("change '%s': a label is KEY=VALUE", instruction)
		}
		if e.Labels == nil {
			e.Labels = map[string]string{}
		}
		e.Labels[key] = strings.Trim(value, `"`)
	case "STOPSIGNAL":
		e.StopSignal = rest
	case "USER":
		e.User = rest
	case "WORKDIR":
		e.WorkingDir = rest
	default:
		return fmt.Errorf("change '%s': it must begin with CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME or WORKDIR", instruction)
	}
	return nil
}

// words is a command: a JSON array, or a line for the shell.
func words(s string) []string {
	var list []string
	if json.Unmarshal([]byte(s), &list) == nil {
		return list
	}
	return []string{"/bin/sh", "-c", s}
}

func setEnv(e *store.Execution, s string) error {
	key, value, found := strings.Cut(s, "=")
	if !found {
		key, value, found = strings.Cut(s, " ")
	}
	if !found || key == "" {
		return fmt.Errorf("change 'ENV %s': it is NAME=VALUE", s)
	}
	for i, old := range e.Env {
		if strings.HasPrefix(old, key+"=") {
			e.Env[i] = key + "=" + value
			return nil
		}
	}
	e.Env = append(e.Env, key+"="+value)
	return nil
}

func with(set map[string]struct{}, keys []string) map[string]struct{} {
	if set == nil {
		set = map[string]struct{}{}
	}
	for _, key := range keys {
		set[key] = struct{}{}
	}
	return set
}
