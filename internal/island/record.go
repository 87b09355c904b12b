package island

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// record is a file that an engine keeps of a container, and where in it the
// name is: in the annotations of these keys, or if there are none in its name.
type record struct {
	path string // with * for the container's id
	keys [3]string
}

var records = [...]record{
	{"var/lib/docker/containers/*/config.v2.json", [3]string{}},
	{"var/lib/isle/containers/*/request.json", [3]string{}},
	{"run/containerd/io.containerd.runtime.v2.task/k8s.io/*/config.json", [3]string{"io.kubernetes.cri.sandbox-namespace", "io.kubernetes.cri.sandbox-name", "io.kubernetes.cri.container-name"}},
	{"run/containerd/io.containerd.runtime.v2.task/default/*/config.json", [3]string{"nerdctl/name"}},
	{"run/containers/storage/overlay-containers/*/userdata/config.json", [3]string{"io.kubernetes.pod.namespace", "io.kubernetes.pod.name", "io.kubernetes.container.name"}},
}

// recordFile has of all those files what names a container.
type recordFile struct {
	Name        string // docker's config.v2.json, isle's request.json
	Annotations map[string]string
}

// name is what the file calls the container.
func (r *record) name(f *recordFile) string {
	if r.keys[0] == "" {
		return strings.TrimPrefix(f.Name, "/")
	}
	var parts []string
	for _, key := range r.keys {
		if value := f.Annotations[key]; value != "" {
			parts = append(parts, value)
		}
	}
	return strings.Join(parts, "/")
}

// mostRecord is how much of such a file is read: they are some kilobytes.
const mostRecord = 4 << 20

// recorded looks for the name of a container below root, empty if no engine
// there knows it, or may be asked.
func recorded(root, id string) string {
	for i := range records {
		r := &records[i]
		path := filepath.Join(root, strings.Replace(r.path, "*", id, 1))
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() || info.Size() > mostRecord {
			continue
		}
		text, err := os.ReadFile(path)
		var f recordFile
		if err != nil || json.Unmarshal(text, &f) != nil {
			continue
		}
		if name := r.name(&f); name != "" {
			return name
		}
	}
	return ""
}
