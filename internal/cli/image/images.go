package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"isle/internal/cli/show"
	"isle/internal/image/name"
	"isle/internal/image/store"
)

// Images lists images.
func Images(prog string, args []string) int {
	return syntaxOf("images").main(prog, args, func(c *Command) error { return c.list(os.Stdout) })
}

// Row is a line of the list: an image by one of its names. Scripts read the
// fields, which are podman's.
type Row struct {
	ID                    string `json:"Id"`
	ParentID              string `json:"ParentId"`
	RepoTags, RepoDigests []string
	Names                 []string
	Digest                string
	Size                  int64
	VirtualSize           int64
	Labels                map[string]string
	Containers            int
	Dangling              bool
	Created               int64
	CreatedAt             string
	Repository            string `json:"-"`
	Tag                   string `json:"-"`
	CreatedSince          string `json:"-"`
}

// Rows returns what the command lists.
func (c *Command) Rows() ([]Row, error) {
	list, err := c.chosen()
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, i := range list {
		row := rowOf(i)
		names := i.Names
		if len(names) == 0 {
			names = []string{"<none>:<none>"}
		}
		for _, full := range names {
			cut := strings.LastIndexByte(full, ':')
			row.Repository, row.Tag = full[:cut], full[cut+1:]
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func rowOf(i *store.Image) Row {
	row := Row{
		ID: strings.TrimPrefix(i.ID, "sha256:"), RepoTags: i.Names, RepoDigests: repoDigests(i), Names: i.Names, Digest: i.Digest,
		Size: i.Bytes(), VirtualSize: i.Bytes(), Labels: i.Config.Config.Labels, Dangling: len(i.Names) == 0,
		CreatedSince: show.Since(i.Created()),
	}
	if !i.Created().IsZero() {
		row.Created, row.CreatedAt = i.Created().Unix(), i.Created().UTC().Format(time.RFC3339)
	}
	return row
}

// repoDigests are the names by digest: those of registries, and those that the
// names make with the manifest's digest.
func repoDigests(i *store.Image) []string {
	list := slices.Clone(i.Sources)
	for _, full := range i.Names {
		if n, err := name.Parse(full); err == nil {
			list = append(list, n.Repository()+"@"+i.Digest)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// chosen are the images that the command names and its filters leave.
func (c *Command) chosen() ([]*store.Image, error) {
	s, err := store.Open("")
	if err != nil {
		return nil, err
	}
	list, err := s.Images()
	if err != nil {
		return nil, err
	}
	var filters []func(*store.Image) bool
	for _, f := range c.Values("filter") {
		keep, err := filter(f)
		if err != nil {
			return nil, err
		}
		filters = append(filters, keep)
	}
	if len(c.Words) > 0 {
		filters = append(filters, reference(c.Words[0]))
	}
	return slices.DeleteFunc(list, func(i *store.Image) bool {
		return slices.ContainsFunc(filters, func(keep func(*store.Image) bool) bool { return !keep(i) })
	}), nil
}

func filter(f string) (func(*store.Image) bool, error) {
	key, value, found := strings.Cut(f, "=")
	switch {
	case !found:
	case key == "dangling" && (value == "true" || value == "false"):
		return func(i *store.Image) bool { return (len(i.Names) == 0) == (value == "true") }, nil
	case key == "reference":
		return reference(value), nil
	case key == "id":
		return func(i *store.Image) bool {
			return strings.HasPrefix(i.ID, "sha256:"+strings.TrimPrefix(value, "sha256:"))
		}, nil
	case key == "label":
		label, want, exact := strings.Cut(value, "=")
		return func(i *store.Image) bool {
			got, there := i.Config.Config.Labels[label]
			return there && (!exact || got == want)
		}, nil
	}
	return nil, fmt.Errorf("'%s' is no filter: those are dangling=true, dangling=false, reference=PATTERN, label=KEY[=VALUE], id=ID", f)
}

// reference keeps images that have a name of a pattern, with or without registry
// and folder, tag or digest.
func reference(pattern string) func(*store.Image) bool {
	matches := func(full string) bool {
		repository := full[:strings.LastIndexByte(full, ':')]
		for _, s := range []string{full, repository} {
			for at := 0; at >= 0; {
				if ok, _ := path.Match(pattern, s[at:]); ok {
					return true
				}
				next := strings.IndexByte(s[at:], '/')
				if next < 0 {
					break
				}
				at += next + 1
			}
		}
		return false
	}
	return func(i *store.Image) bool {
		return slices.ContainsFunc(i.Names, matches) || slices.Contains(repoDigests(i), pattern)
	}
}

func (c *Command) list(w io.Writer) error {
	rows, err := c.Rows()
	if err != nil {
		return err
	}
	switch f := c.Value("format"); {
	case c.Has("quiet"):
		seen := ""
		for _, r := range rows {
			if id := c.Cut(r.ID); id != seen {
				fmt.Fprintln(w, id)
				seen = id
			}
		}
		return nil
	case f == "json":
		return show.JSON(w, unique(rows))
	case f != "" && f != "table":
		return fmt.Errorf("'%s' is no format: that is table, json, or a Go template", f)
	}
	head := []string{"REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"}
	if c.Has("digests") {
		head = slices.Insert(head, 2, "DIGEST")
	}
	lines := [][]string{head}
	if c.Has("noheading") {
		lines = nil
	}
	for _, r := range rows {
		line := []string{r.Repository, r.Tag, c.Cut(r.ID), r.CreatedSince, show.Size(r.Size)}
		if c.Has("digests") {
			line = slices.Insert(line, 2, r.Digest)
		}
		lines = append(lines, line)
	}
	return show.Columns(w, lines)
}

// unique leaves one row an image.
func unique(rows []Row) []Row {
	list := slices.CompactFunc(slices.Clone(rows), func(a, b Row) bool { return a.Digest == b.Digest })
	if list == nil {
		list = []Row{}
	}
	return list
}

// Cut shortens an ID, unless it is to be whole.
func (c *Command) Cut(id string) string {
	if c.Has("no-trunc") {
		return "sha256:" + id
	}
	return id[:12]
}

// Tag gives an image more names.
func Tag(prog string, args []string) int {
	return syntaxOf("tag").main(prog, args, func(c *Command) error {
		var names []string
		for _, word := range c.Words[1:] {
			n, err := name.Parse(word)
			if err != nil {
				return err
			}
			if n.Digest != "" {
				return errors.New("a digest cannot be given: it is what an image is")
			}
			names = append(names, n.In(name.Local).Tagged().String())
		}
		s, err := store.Open("")
		if err != nil {
			return err
		}
		return s.Tag(context.Background(), c.Words[0], names...)
	})
}
