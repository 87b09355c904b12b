package containers

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"isle/internal/engine"
	"isle/internal/engine/logs"
)

// volumeFilter reads filters of volumes, all of which are to hold.
func volumeFilter(texts []string, users map[string][]*engine.Container) (func(*engine.Volume) bool, error) {
	var all []func(*engine.Volume) bool
	for _, text := range texts {
		one, err := oneVolumeFilter(text, users)
		if err != nil {
			return nil, fmt.Errorf("--filter %s: %w", text, err)
		}
		all = append(all, one)
	}
	return func(v *engine.Volume) bool {
		for _, one := range all {
			if !one(v) {
				return false
			}
		}
		return true
	}, nil
}

func oneVolumeFilter(text string, users map[string][]*engine.Container) (func(*engine.Volume) bool, error) {
	key, value, _ := strings.Cut(text, "=")
	switch key {
	case "name":
		return func(v *engine.Volume) bool {
			matched, _ := path.Match(value, v.Name)
			return matched || strings.Contains(v.Name, value)
		}, nil
	case "label", "label!":
		label, want, exact := strings.Cut(value, "=")
		return func(v *engine.Volume) bool {
			got, there := v.Labels[label]
			return (there && (!exact || got == want)) == (key == "label")
		}, nil
	case "dangling":
		on, err := strconv.ParseBool(value)
		return func(v *engine.Volume) bool { return (len(users[v.Name]) == 0) == on }, err
	case "driver", "scope":
		return func(*engine.Volume) bool { return value == "local" }, nil
	case "until":
		then, err := logs.ParseMoment(value, time.Now())
		return func(v *engine.Volume) bool { return v.Created.Before(then) }, err
	}
	return nil, fmt.Errorf("there is no such key: name, label, dangling, driver and until are there")
}
