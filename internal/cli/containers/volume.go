package containers

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"isle/internal/cli/show"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle volume is for.
const (
	VolumeAbout = `Look after volumes: folders that containers share, and that stay when they go. isle
run -v NAME:PATH makes one where there is none of that name.`
	VolumeExample = `isle volume create www
isle run -d -v www:/www httpd
# Those that no container has
isle volume ls --filter dangling=true`
)

// VolumeMembers are the verbs of isle volume.
func VolumeMembers() []verb.Member {
	return []verb.Member{
		verb.MemberOf(volumeCreateVerb(), "Make a volume", nil, volumeCreate),
		verb.MemberOf(newVerb("volume exists", "VOLUME", "Say by the exit status whether a volume is there: 0, or 1 if not.", []getopt.Option{verb.Help}, 1, 1), "Say whether a volume is there", VolumeNames, volumeExists),
		verb.MemberOf(volumeInspectVerb(), "Print what is known of volumes", VolumeNames, volumeInspect),
		verb.MemberOf(volumeLsVerb(), "List volumes", nil, volumeLs),
		verb.MemberOf(volumePruneVerb(), "Remove volumes that no container has", nil, volumePrune),
		verb.MemberOf(volumeRmVerb(), "Remove volumes", VolumeNames, volumeRm),
	}
}

// Volume looks after volumes.
func Volume(prog string, args []string) int {
	return verb.Group(prog, "volume", VolumeAbout, VolumeMembers(), args)
}

// GroupFlags is the table of options of a command that has verbs.
func GroupFlags() []getopt.Option { return []getopt.Option{verb.Help} }

// VolumeNames are the names of all volumes, for completion.
func VolumeNames() []string {
	e, err := engine.Open()
	if err != nil {
		return nil
	}
	list, _ := e.Volumes()
	var names []string
	for _, v := range list {
		names = append(names, v.Name)
	}
	return names
}

func volumeCreateVerb() *verb.Verb {
	return newVerb("volume create", "[NAME]", "Make a volume, and print its name. Without NAME it gets one.", []getopt.Option{
		value("driver", 'd', "DRIVER", "local, the one there is"),
		flag("ignore", 0, "a volume of that name that is there already is no error"),
		value("label", 'l', "KEY=VALUE", "note this; may be given several times"), verb.Help,
	}, 0, 1)
}

func volumeCreate(c *verb.Command) error {
	if d := c.Value("driver"); d != "" && d != "local" {
		return fmt.Errorf("--driver: there is no driver '%s': only local", d)
	}
	e, err := engine.Open()
	if err != nil {
		return err
	}
	v := &engine.Volume{Labels: labelsOf(c)}
	if len(c.Words) > 0 {
		v.Name = c.Words[0]
	}
	if err := e.CreateVolume(v); err != nil && !(c.On("ignore") && errors.Is(err, engine.ErrVolumeThere)) {
		return err
	}
	fmt.Println(v.Name)
	return nil
}

// labelsOf are the labels that a command is given.
func labelsOf(c *verb.Command) map[string]string {
	m := map[string]string{}
	for _, text := range c.Values("label") {
		key, value, _ := strings.Cut(text, "=")
		m[key] = value
	}
	return m
}

func volumeExists(c *verb.Command) error {
	e, err := engine.Open()
	if err == nil {
		_, err = e.Volume(c.Words[0])
	}
	if errors.Is(err, engine.ErrNoVolume) {
		return verb.Status(1)
	}
	return err
}

func volumeLsVerb() *verb.Verb {
	return newVerb("volume ls", "", "List volumes.", []getopt.Option{
		value("filter", 'f', "KEY=VALUE", "list only volumes for which this holds: name, label, dangling, driver, until; may be given several times"),
		value("format", 0, "FORMAT", "table, json, or a Go template"),
		flag("noheading", 'n', "print no headings"), flag("quiet", 'q', "print names only"), verb.Help,
	}, 0, 0)
}

// VolumeDetail is a volume as inspect and ls print it. Scripts read the fields.
type VolumeDetail struct {
	Name       string
	Driver     string
	Mountpoint string
	CreatedAt  time.Time
	Labels     map[string]string
	Scope      string
	Options    map[string]string
	MountCount int
	Anonymous  bool `json:",omitempty"`
}

func volumeDetail(v *engine.Volume, users int) VolumeDetail {
	d := VolumeDetail{
		Name: v.Name, Driver: "local", Mountpoint: v.Path, CreatedAt: v.Created, Labels: v.Labels, Scope: "local", Options: v.Options,
		MountCount: users, Anonymous: len(v.Name) == 64 && strings.Trim(v.Name, "0123456789abcdef") == "",
	}
	if d.Labels == nil {
		d.Labels = map[string]string{}
	}
	if d.Options == nil {
		d.Options = map[string]string{}
	}
	return d
}

// VolumeRows returns what isle volume ls lists.
func VolumeRows(c *verb.Command) ([]VolumeDetail, error) {
	e, err := engine.Open()
	if err != nil {
		return nil, err
	}
	all, err := e.Volumes()
	if err != nil {
		return nil, err
	}
	users, err := e.VolumeUsers()
	if err != nil {
		return nil, err
	}
	keep, err := volumeFilter(c.Values("filter"), users)
	if err != nil {
		return nil, err
	}
	rows := []VolumeDetail{}
	for _, v := range all {
		if keep(v) {
			rows = append(rows, volumeDetail(v, len(users[v.Name])))
		}
	}
	return rows, nil
}

func volumeLs(c *verb.Command) error {
	rows, err := VolumeRows(c)
	if err != nil {
		return err
	}
	switch f := c.Value("format"); {
	case f == "json":
		return show.JSON(os.Stdout, rows)
	case f != "" && f != "table":
		return fmt.Errorf("'%s' is no format: that is table, json, or a Go template", f)
	}
	lines := [][]string{{"DRIVER", "VOLUME NAME"}}
	if c.On("noheading") || c.On("quiet") || len(rows) == 0 {
		lines = nil
	}
	for _, v := range rows {
		line := []string{v.Driver, v.Name}
		if c.On("quiet") {
			line = line[1:]
		}
		lines = append(lines, line)
	}
	return show.Columns(os.Stdout, lines)
}

func volumeInspectVerb() *verb.Verb {
	return newVerb("volume inspect", "VOLUME...", "Print what is known of volumes, as a JSON array.", []getopt.Option{
		flag("all", 'a', "all volumes"), value("format", 'f', "FORMAT", "json, or a Go template"), verb.Help,
	}, 0, -1)
}

// VolumesInspected returns what isle volume inspect prints.
func VolumesInspected(c *verb.Command) ([]VolumeDetail, error) {
	list := []VolumeDetail{}
	e, err := engine.Open()
	if err != nil {
		return list, err
	}
	words := c.Words
	if c.On("all") == (len(words) > 0) {
		return list, errors.New("name volumes, or give --all")
	}
	if c.On("all") {
		words = VolumeNames()
	}
	users, err := e.VolumeUsers()
	if err != nil {
		return list, err
	}
	var missing error
	for _, word := range words {
		v, err := e.Volume(word)
		if err != nil {
			verb.Report("isle", fmt.Errorf("inspect volume %w", err))
			missing = verb.Status(failure)
			continue
		}
		list = append(list, volumeDetail(v, len(users[v.Name])))
	}
	return list, missing
}

func volumeInspect(c *verb.Command) error {
	list, missing := VolumesInspected(c)
	if err := show.JSON(os.Stdout, list); err != nil {
		return err
	}
	return missing
}
