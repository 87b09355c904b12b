package image

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"isle/internal/image/store"
)

// Platform is the platform that is wanted: OS/ARCHITECTURE[/VARIANT].
type Platform struct{ store.Platform }

// Here is the platform of this host.
func Here() Platform {
	return Platform{store.Platform{OS: "linux", Architecture: runtime.GOARCH}}
}

// ParsePlatform reads OS/ARCHITECTURE[/VARIANT], or an architecture alone.
func ParsePlatform(s string) (Platform, error) {
	p := Here()
	parts := strings.Split(s, "/")
	for _, part := range parts {
		if part == "" || len(part) > 64 {
			return p, fmt.Errorf("'%.80s' is no platform: that is OS/ARCHITECTURE[/VARIANT], such as linux/arm64", s)
		}
	}
	switch len(parts) {
	case 1:
		p.Architecture = s
	case 2, 3:
		p.OS, p.Architecture = parts[0], parts[1]
		if len(parts) == 3 {
			p.Variant = parts[2]
		}
	default:
		return p, fmt.Errorf("'%.80s' is no platform: that is OS/ARCHITECTURE[/VARIANT]", s)
	}
	p.normalise()
	return p, nil
}

// normalise writes an architecture as Go and OCI do.
func (p *Platform) normalise() {
	switch p.Architecture {
	case "x86_64", "x86-64":
		p.Architecture = "amd64"
	case "aarch64":
		p.Architecture = "arm64"
	case "armhf":
		p.Architecture, p.Variant = "arm", "v7"
	case "i386", "i686":
		p.Architecture = "386"
	}
	if p.Architecture == "arm64" && p.Variant == "v8" {
		p.Variant = "" // there is no other
	}
}

// String returns the platform as it is written.
func (p Platform) String() string {
	s := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		s += "/" + p.Variant
	}
	return s
}

// Choose returns the manifest of the platform out of an index. An index of one
// image that names no platform has it.
func (p Platform) Choose(list []store.Descriptor) (store.Descriptor, error) {
	var there []string
	for _, d := range list {
		if d.Platform == nil {
			if len(list) == 1 {
				return d, nil
			}
			continue
		}
		has := Platform{*d.Platform}
		has.normalise()
		if has.OS == p.OS && has.Architecture == p.Architecture && (p.Variant == "" || p.Variant == has.Variant) {
			return d, nil
		}
		if has.OS != "unknown" && len(there) < 20 { // attestations have it
			there = append(there, has.String())
		}
	}
	if len(there) == 0 {
		return store.Descriptor{}, errors.New("the index names no image with a platform")
	}
	return store.Descriptor{}, fmt.Errorf("there is no image for %s: there are %s", p, strings.Join(there, ", "))
}
