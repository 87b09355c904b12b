package image

import (
	"strings"
	"time"

	"isle/internal/image/store"
)

// Detail is what inspect prints of an image. Scripts read the fields, which are
// those of podman and docker.
type Detail struct {
	ID           string `json:"Id"`
	Digest       string
	RepoTags     []string
	RepoDigests  []string
	Parent       string
	Comment      string
	Created      *time.Time
	Config       store.Execution
	Version      string
	Author       string
	Architecture string
	Variant      string `json:",omitempty"`
	Os           string
	Size         int64
	VirtualSize  int64
	GraphDriver  GraphDriver
	RootFS       struct {
		Type   string
		Layers []string
	}
	Labels       map[string]string
	Annotations  map[string]string
	ManifestType string
	User         string
	History      []store.History
}

// GraphDriver says where the layers are.
type GraphDriver struct {
	Name string
	Data map[string]string
}

// Inspected is what isle inspect prints of the image that a word names.
func Inspected(s *store.Store, word string) (Detail, error) {
	i, err := s.Find(word)
	if err != nil {
		return Detail{}, err
	}
	return detail(s, i), nil
}

func detail(s *store.Store, i *store.Image) Detail {
	d := Detail{
		ID: strings.TrimPrefix(i.ID, "sha256:"), Digest: i.Digest, RepoTags: i.Names, RepoDigests: repoDigests(i),
		Created: i.Config.Created, Config: i.Config.Config, Author: i.Config.Author, Architecture: i.Config.Architecture,
		Variant: i.Config.Variant, Os: i.Config.OS, Size: i.Bytes(), VirtualSize: i.Bytes(), Labels: i.Config.Config.Labels,
		Annotations: i.Manifest.Annotations, ManifestType: i.Manifest.MediaType, User: i.Config.Config.User, History: i.Config.History,
	}
	if n := len(i.Config.History); n > 0 {
		d.Comment = i.Config.History[n-1].Comment
	}
	d.RootFS.Type, d.RootFS.Layers = i.Config.RootFS.Type, i.Config.RootFS.DiffIDs
	d.GraphDriver = GraphDriver{Name: "overlay", Data: map[string]string{}}
	if dirs, err := s.Layers(i); err == nil && len(dirs) > 0 {
		d.GraphDriver.Data["UpperDir"] = dirs[0]
		if len(dirs) > 1 {
			d.GraphDriver.Data["LowerDir"] = strings.Join(dirs[1:], ":")
		}
	}
	return d
}
