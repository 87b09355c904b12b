package bundle

import "testing"

// TestCheckAcceptsWhatEnginesWrite wants nothing to be said of configurations that
// runc and crun run, but what is named here.
func TestCheckAcceptsWhatEnginesWrite(t *testing.T) {
	const ambient = ".process.capabilities.ambient: warning: CAP_AUDIT_WRITE, CAP_KILL, CAP_NET_BIND_SERVICE are not in inheritable; they are not granted"
	said := map[string]string{
		"runc-spec.json":          ambient,
		"runc-spec-rootless.json": ambient,
		"crun-spec.json":          ambient,
		"crun-spec-rootless.json": ambient + "\n.linux.uidMappings: warning: missing; the caller alone is mapped, to 0\n" +
			".linux.gidMappings: warning: missing; the caller alone is mapped, to 0",
	}
	saysOf(t, configs(t, written), said)
}

// TestCheckAcceptsTheSpecificationsExamples does the same for the examples of the
// runtime specification. Some are only fragments.
func TestCheckAcceptsTheSpecificationsExamples(t *testing.T) {
	const draft = ".ociVersion: warning: \"0.5.0-dev\" is a draft; it is read as 1.0\n"
	const noUTS = ".hostname: needs a uts namespace\n"
	const notStarted = ".process: warning: missing; the container can be created, but not started"
	said := map[string]string{
		"minimal.json":         notStarted,
		"linux-rdma.json":      notStarted,
		"linux-netdevice.json": notStarted + "\n.linux.netDevices: needs a network namespace to move them to",
		"spec-example.json":    draft + ".linux.resources.memory.kernel: warning: deprecated; passed over",
		"freebsd-example.json": noUTS + ".freebsd: warning: passed over; this is a Linux container",
		"freebsd-minimal.json": notStarted + "\n.freebsd: warning: passed over; this is a Linux container",
		"zos-example.json":     draft + noUTS + ".zos: warning: passed over; this is a Linux container",
		"zos-minimal.json":     notStarted + "\n.zos: warning: passed over; this is a Linux container",
	}
	saysOf(t, examples(t, "good"), said)
}

// TestRefusesTheSpecificationsBadExamples refuses them all, but the one for FreeBSD.
func TestRefusesTheSpecificationsBadExamples(t *testing.T) {
	for name, data := range examples(t, "bad") {
		spec, err := Decode(data)
		if err == nil {
			err = Check(spec).Err()
		}
		if (err == nil) != (name == "freebsd-vnet-disable.json") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// saysOf wants Decode to read every document and Check to say what said has.
func saysOf(t *testing.T, documents map[string][]byte, said map[string]string) {
	t.Helper()
	for name, data := range documents {
		spec, err := Decode(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := Check(spec).Error(); got != said[name] {
			t.Errorf("%s:\n got %s\nwant %s", name, got, said[name])
		}
	}
}
