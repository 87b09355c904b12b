package containers

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"isle/internal/cgroup"
	"isle/internal/cli/show"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
	"isle/internal/idmap"
)

// What isle info is for.
const (
	InfoAbout   = `Print what isle has here and what the host is, as JSON with the fields of podman info.`
	InfoExample = `isle info --format '{{.Host.CgroupsVersion}} {{.Store.GraphRoot}}'`
)

// InfoFlags is the table of options of info.
func InfoFlags() []getopt.Option {
	return []getopt.Option{value("format", 'f', "FORMAT", "json, or a Go template"), verb.Help}
}

func infoVerb() *verb.Verb { return newVerb("info", "", InfoAbout, InfoFlags(), 0, 0) }

// Info is what isle has here. Scripts read the fields, which are podman's.
type Info struct {
	Host struct {
		Arch              string       `json:"arch"`
		CgroupsVersion    string       `json:"cgroupVersion"`
		CgroupControllers []string     `json:"cgroupControllers"`
		CPUs              int          `json:"cpus"`
		Distribution      Distribution `json:"distribution"`
		Hostname          string       `json:"hostname"`
		IDMappings        struct {
			UIDMap []IDRange `json:"uidmap"`
			GIDMap []IDRange `json:"gidmap"`
		} `json:"idMappings"`
		Kernel     string `json:"kernel"`
		LogDriver  string `json:"logDriver"`
		MemFree    uint64 `json:"memFree"`
		MemTotal   uint64 `json:"memTotal"`
		OCIRuntime struct {
			Name    string `json:"name"`
			Path    string `json:"path"`
			Version string `json:"version"`
		} `json:"ociRuntime"`
		OS       string `json:"os"`
		Security struct {
			AppArmorEnabled bool `json:"apparmorEnabled"`
			Rootless        bool `json:"rootless"`
			SECCOMPEnabled  bool `json:"seccompEnabled"`
			SELinuxEnabled  bool `json:"selinuxEnabled"`
		} `json:"security"`
		SwapFree  uint64 `json:"swapFree"`
		SwapTotal uint64 `json:"swapTotal"`
		Uptime    string `json:"uptime"`
	} `json:"host"`
	Store struct {
		ContainerStore struct {
			Number  int `json:"number"`
			Paused  int `json:"paused"`
			Running int `json:"running"`
			Stopped int `json:"stopped"`
		} `json:"containerStore"`
		GraphDriverName string `json:"graphDriverName"`
		GraphRoot       string `json:"graphRoot"`
		ImageStore      struct {
			Number int `json:"number"`
		} `json:"imageStore"`
		RunRoot    string `json:"runRoot"`
		VolumePath string `json:"volumePath"`
	} `json:"store"`
	Version Build `json:"version"`
}

// Distribution is what the host's files are of.
type Distribution struct {
	Codename     string `json:"codename,omitempty"`
	Distribution string `json:"distribution"`
	Version      string `json:"version"`
}

// IDRange is a line of a map of user or group ids.
type IDRange struct {
	ContainerID uint32 `json:"container_id"`
	HostID      uint32 `json:"host_id"`
	Size        uint32 `json:"size"`
}

// Information returns what isle info prints.
func Information() (*Info, error) {
	e, err := engine.Open()
	if err != nil {
		return nil, err
	}
	i := &Info{Version: ThisVersion().Client}
	if err := i.aboutStore(e); err != nil {
		return nil, err
	}
	return i, i.aboutHost()
}

func (i *Info) aboutStore(e *engine.Engine) error {
	list, err := e.List()
	if err != nil {
		return err
	}
	seen, err := e.Look(list)
	if err != nil {
		return err
	}
	s := &i.Store
	s.ContainerStore.Number = len(seen)
	for _, c := range seen {
		switch c.Status {
		case engine.Running:
			s.ContainerStore.Running++
		case engine.Paused:
			s.ContainerStore.Paused++
		default:
			s.ContainerStore.Stopped++
		}
	}
	images, err := e.Images.Images()
	s.ImageStore.Number = len(images)
	s.GraphDriverName, s.GraphRoot, s.VolumePath, s.RunRoot = "overlay", e.Path(), e.Path("volumes"), e.Runtime.Dir
	return err
}

func (i *Info) aboutHost() error {
	h := &i.Host
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return os.NewSyscallError("uname", err)
	}
	var s unix.Sysinfo_t
	if err := unix.Sysinfo(&s); err != nil {
		return os.NewSyscallError("sysinfo", err)
	}
	h.Arch, h.OS, h.CPUs, h.LogDriver = runtime.GOARCH, runtime.GOOS, runtime.NumCPU(), "json-file"
	h.Kernel, h.Hostname = unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Nodename[:])
	h.MemTotal, h.MemFree, h.SwapTotal, h.SwapFree = memInfo("MemTotal"), memInfo("MemFree"), memInfo("SwapTotal"), memInfo("SwapFree")
	h.Uptime = (time.Duration(s.Uptime) * time.Second).String()
	h.Distribution = distribution("/etc/os-release")
	h.OCIRuntime.Name, h.OCIRuntime.Version = "isle", getopt.Version
	h.OCIRuntime.Path, _ = os.Executable()
	h.Security.Rootless = os.Geteuid() != 0
	_, err := os.Stat("/proc/sys/kernel/seccomp")
	h.Security.SECCOMPEnabled = err == nil
	enabled, _ := os.ReadFile("/sys/module/apparmor/parameters/enabled")
	h.Security.AppArmorEnabled = strings.HasPrefix(string(enabled), "Y")
	_, err = os.Stat("/sys/fs/selinux/enforce")
	h.Security.SELinuxEnabled = err == nil
	h.CgroupsVersion, h.CgroupControllers = cgroups()
	if h.Security.Rootless {
		if maps, err := idmap.Rootless(idmap.Local()); err == nil {
			h.IDMappings.UIDMap, h.IDMappings.GIDMap = idRanges(maps.Users), idRanges(maps.Groups)
		}
	}
	return nil
}

func idRanges(m idmap.Map) (list []IDRange) {
	for _, r := range m {
		list = append(list, IDRange{r.Inside, r.Outside, r.Count})
	}
	return list
}

// cgroups says which version of cgroups has the controllers, and which those are.
func cgroups() (version string, controllers []string) {
	trees, _ := cgroup.Of(os.Getpid())
	version = "v2"
	for _, t := range trees {
		if !t.V2 && len(t.Controllers) > 0 {
			version = "v1"
		}
		controllers = append(controllers, t.Controllers...)
	}
	return version, controllers
}

// distribution reads os-release(5).
func distribution(path string) (d Distribution) {
	f, err := os.Open(path)
	if err != nil {
		return Distribution{Distribution: "unknown"}
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "=")
		value = strings.Trim(value, `"'`)
		switch name {
		case "ID":
			d.Distribution = value
		case "VERSION_ID":
			d.Version = value
		case "VERSION_CODENAME":
			d.Codename = value
		}
	}
	return d
}

// ShowInfo prints what isle has here.
func ShowInfo(prog string, args []string) int {
	return infoVerb().Main(prog, args, func(c *verb.Command) error {
		if f := c.Value("format"); f != "" && f != "json" {
			return fmt.Errorf("'%s' is no format: that is json, or a Go template", f)
		}
		i, err := Information()
		if err != nil {
			return err
		}
		return show.JSON(os.Stdout, i)
	})
}
