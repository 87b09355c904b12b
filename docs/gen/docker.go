package main

// peer is a command of docker or podman.
type peer struct {
	name string
	note string // what differs in isle's, or what there is instead
}

// peers are the commands that people know, in the order of docker's and podman's
// own manuals. Whether isle has one is not written here.
var peers = []peer{
	{"run", "runs programs on islands too: isle run -- COMMAND"}, {"create", ""}, {"start", ""}, {"stop", ""}, {"restart", ""}, {"kill", ""},
	{"pause", ""}, {"unpause", ""}, {"wait", ""}, {"rm", ""}, {"rename", ""}, {"update", ""},
	{"exec", "a program at a terminal ends with it: --detach-keys takes only the empty text"}, {"attach", ""}, {"logs", ""}, {"ps", ""}, {"top", ""}, {"stats", ""},
	{"inspect", ""}, {"port", "isle publishes no ports yet: nothing is listed"}, {"events", "of containers, volumes and secrets"}, {"cp", ""},
	{"diff", "NAME alone lists the files of one of isle's containers; two names compare processes"}, {"commit", ""}, {"export", ""},
	{"checkpoint", "isle oci checkpoint"}, {"restore", "isle oci restore"},
	{"images", ""}, {"pull", ""}, {"push", ""}, {"load", ""}, {"save", ""}, {"import", ""}, {"tag", ""}, {"rmi", ""}, {"history", ""},
	{"login", ""}, {"logout", ""}, {"search", "the web page of the registry"}, {"build", "buildah, or docker on another machine; isle load and isle pull take what they make"},
	{"volume", ""}, {"network", "isle makes no networks yet"}, {"secret", ""},
	{"pod", "--network, --ipc and --uts container:NAME share namespaces"}, {"compose", "isle reads no files of services yet"}, {"kube", "isle reads no files of services yet"},
	{"system", "df and prune"}, {"info", "isle doctor says what isle needs of the host"}, {"version", ""},
	{"unshare", "is the tool of util-linux of that name; isle unshare --map-root-user --map-auto is what podman's does"},
	{"mount", "isle exec shows a container's files, and nothing is mounted on the host"}, {"healthcheck", "checks run by themselves"},
	{"swarm", "isle is for one machine"}, {"context", "there is no daemon to choose"}, {"machine", "isle runs where Linux does"},
}

// differs says what differs in the options of run and create that isle has.
var differs = map[string]string{
	"cgroups":               "enabled and disabled; no split",
	"dry-run":               "isle's own: shows what would be done",
	"device":                "device nodes only, no CDI",
	"env-file":              "a line each; nothing is unquoted, as in docker",
	"gidmap":                "IN:OUT:COUNT, without podman's + and @",
	"health-on-failure":     "as in podman; docker has it not",
	"hostname":              "-h alone, as the last word, is help",
	"image-volume":          "bind is taken for anonymous, as they are folders of the host anyway",
	"log-driver":            "json-file unless given, for which k8s-file and local are taken; journald, none, passthrough; none of docker's others",
	"log-opt":               "max-size, max-file, path, tag, labels",
	"mount":                 "bind, volume, tmpfs, image, devpts, ramfs; no glob, artifact, npipe, cluster; volumes have no options",
	"network":               "none unless given, where docker has a bridge and podman pasta; host, ns:PATH, container:NAME",
	"preserve-fds":          "with --rm alone, and without a terminal",
	"rootfs":                "with another option of containers; alone it is the root of an island",
	"security-opt":          "no proc-opts; labels of SELinux are passed over",
	"sysctl":                "those of namespaces that the container has of its own",
	"uidmap":                "IN:OUT:COUNT, without podman's + and @",
	"volume":                "z and Z are passed over: isle makes no labels of SELinux",
	"unsetenv-all":          "isle's own PATH goes too",
	"domainname":            "as in docker; podman has it not",
	"health-start-interval": "as in docker; podman has it not",
}
