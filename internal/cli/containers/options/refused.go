package options

import "isle/internal/getopt"

// Why isle has not what podman or docker have.
const (
	noPublishing = "isle publishes no ports yet; with --network host the program listens on the host's own"
	noNetworks   = "isle makes no networks yet; there are --network none, host, ns:PATH and container:NAME"
	noPods       = "isle has no pods; --network, --ipc and --uts container:NAME share namespaces between containers"
	noGPUs       = "isle does not read CDI files; --device gives single device nodes"
	noAccounts   = "isle leaves the image's passwd and group alone; a number of --user needs no line there"
	noStartup    = "isle has no other check while a container starts; --health-start-period and --health-start-interval are for that"
	noHealthLog  = "isle keeps the last five checks with the container"
	noKeys       = "isle reads no encrypted images"
	noTrust      = "isle checks content by digests, not signatures"
	noInits      = "--init runs isle's own, which is no file"
	noSystemd    = "isle prepares no container for systemd in it"
	noStorage    = "isle keeps images in layers, and has no other way"
	noRetries    = "isle goes on with a pull that broke by itself"
)

// refused are the options that people know from podman and docker and that isle
// has not. Help leaves them out.
func refused() []Option {
	without := func(why string, short byte, names ...string) []Option {
		var list []Option
		for _, name := range names {
			list = append(list, Option{Option: getopt.Option{Long: name, Short: short, Arg: getopt.Required}, Why: why})
		}
		return list
	}
	bare := func(why string, names ...string) []Option {
		list := without(why, 0, names...)
		for i := range list {
			list[i].Arg, list[i].Nothing = getopt.Optional, "false"
		}
		return list
	}
	var all []Option
	for _, some := range [][]Option{
		without(noPublishing, 'p', "publish"),
		{{Option: getopt.Option{Long: "publish-all", Short: 'P', Arg: getopt.Optional, BareShort: true}, Why: noPublishing, Nothing: "false"}},
		without(noNetworks, 0, "ip", "ip6", "link", "link-local-ip", "mac-address", "network-alias", "net-alias"),
		without(noPods, 0, "pod", "pod-id-file", "init-ctr", "requires"),
		without(noGPUs, 0, "gpus"),
		without(noAccounts, 0, "passwd-entry", "group-entry", "hostuser"),
		bare(noAccounts, "passwd"),
		without(noStartup, 0, "health-startup-cmd", "health-startup-interval", "health-startup-retries", "health-startup-success", "health-startup-timeout"),
		without(noHealthLog, 0, "health-log-destination", "health-max-log-count", "health-max-log-size"),
		without(noKeys, 0, "decryption-key"),
		bare(noTrust, "disable-content-trust"),
		without(noTrust, 0, "cert-dir"),
		without(noInits, 0, "init-path"),
		bare(noSystemd, "systemd"),
		{{Option: getopt.Option{Long: "sdnotify", Arg: getopt.Required}, Why: noSystemd, Nothing: "ignore"}},
		without(noSystemd, 0, "shm-size-systemd", "conmon-pidfile"),
		without(noStorage, 0, "storage-opt", "volume-driver"),
		without(noRetries, 0, "retry", "retry-delay"),
		without("isle itself is the runtime", 0, "runtime", "isolation"),
		without("--user and --userns say as whom it runs", 0, "subuidname", "subgidname"),
		without("isle does not change the personality of programs", 0, "personality"),
		without("isle oci has the shares of resctrl, in the bundle", 0, "rdt-class"),
		without("the kernel has no limit of that kind any more", 0, "kernel-memory"),
		without("isle takes variables as they are given, and puts none of the image's into them", 0, "env-merge"),
		without("--no-hosts leaves the image's file as it is", 0, "hosts-file"),
		without("--security-opt seccomp=FILE or unconfined chooses the profile", 0, "seccomp-policy"),
		without("mount what is needed with --volume", 0, "chrootdirs"),
		without("--preserve-fds passes on all from 3 on", 0, "preserve-fd"),
		bare("isle rmi removes images, and isle system prune those without a name", "rmi"),
		bare("isle always writes the container's name to /etc/hostname", "no-hostname"),
		bare("isle has no socket to give", "use-api-socket"),
	} {
		all = append(all, some...)
	}
	return all
}
