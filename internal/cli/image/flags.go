package image

import "isle/internal/getopt"

// ImagesFlags is the table of options of images.
func ImagesFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "all", Short: 'a', Group: "Options", Help: "list all images; isle has no others than those it lists anyway"},
		{Long: "digests", Group: "Options", Help: "list the digests of manifests"},
		{Long: "filter", Short: 'f', Arg: getopt.Required, ArgName: "KEY=VALUE", Group: "Options", Help: "list only images for which this holds: dangling=true|false, reference=PATTERN, label=KEY[=VALUE], id=ID"},
		{Long: "format", Arg: getopt.Required, ArgName: "FORMAT", Group: "Options", Help: "table, json, or a Go template"},
		noHeadings, noTrunc, quiet("print IDs only"), help,
	}
}

// LoadFlags is the table of options of load.
func LoadFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "input", Short: 'i', Arg: getopt.Required, ArgName: "FILE", Group: "Options", Help: "read this archive, or this folder, and not standard input"},
		maxSize, platform, quiet("say nothing but which images came"), help,
	}
}

// ImportFlags is the table of options of import.
func ImportFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "change", Short: 'c', Arg: getopt.Required, ArgName: "INSTRUCTION", Group: "Options", Help: "set how a container runs, as a Dockerfile does: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR; may be given several times"},
		{Long: "message", Short: 'm', Arg: getopt.Required, ArgName: "TEXT", Group: "Options", Help: "write this into the history"},
		maxSize,
		{Long: "platform", Arg: getopt.Required, ArgName: "OS/ARCH[/VARIANT]", Group: "Options", Help: "say that the image is for this platform, and not for that of this host"},
		quiet("say nothing but the ID"), help,
	}
}

// SaveFlags is the table of options of save.
func SaveFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "format", Arg: getopt.Required, ArgName: "FORMAT", Group: "Options", Help: "docker-archive, as it is unless given; oci-archive, or oci-dir for a folder"},
		{Long: "output", Short: 'o', Arg: getopt.Required, ArgName: "FILE", Group: "Options", Help: "write to this file or folder, and not to standard output"},
		quiet("say nothing of how far it is"), help,
	}
}

// PullFlags is the table of options of pull.
func PullFlags() []getopt.Option {
	return []getopt.Option{authFile, creds, maxSize, platform, quiet("print digests only"), tlsVerify, help}
}

// PushFlags is the table of options of push.
func PushFlags() []getopt.Option {
	return []getopt.Option{
		authFile, creds,
		{Long: "digestfile", Arg: getopt.Required, ArgName: "FILE", Group: "Options", Help: "write the digest of the manifest into this file"},
		quiet("print the digest only"), tlsVerify, help,
	}
}

// LoginFlags is the table of options of login.
func LoginFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "authfile", Arg: getopt.Required, ArgName: "FILE", Group: "Options", Help: "keep the credentials in this file"},
		{Long: "get-login", Group: "Options", Help: "print as whom this user is known, and ask nobody"},
		{Long: "password", Short: 'p', Arg: getopt.Required, ArgName: "PASSWORD", Group: "Options", Help: "the password; other users of this host can see it here"},
		{Long: "password-stdin", Group: "Options", Help: "read the password from standard input"},
		tlsVerify,
		{Long: "username", Short: 'u', Arg: getopt.Required, ArgName: "USER", Group: "Options", Help: "the user's name"}, help,
	}
}

// LogoutFlags is the table of options of logout.
func LogoutFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "all", Short: 'a', Group: "Options", Help: "forget the credentials of all registries"},
		{Long: "authfile", Arg: getopt.Required, ArgName: "FILE", Group: "Options", Help: "forget those in this file"}, help,
	}
}

// RmiFlags is the table of options of rmi.
func RmiFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "all", Short: 'a', Group: "Options", Help: "remove all images"},
		{Long: "force", Short: 'f', Group: "Options", Help: "remove an image with all its names, and one that is in use"},
		{Long: "ignore", Short: 'i', Group: "Options", Help: "an image that is not here is no error"}, help,
	}
}

// TagFlags is the table of options of tag.
func TagFlags() []getopt.Option { return []getopt.Option{help} }

// HistoryFlags is the table of options of history.
func HistoryFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "format", Arg: getopt.Required, ArgName: "FORMAT", Group: "Options", Help: "table, json, or a Go template"},
		{Long: "human", Short: 'H', Arg: getopt.Optional, ArgName: "BOOL", BareShort: true, Group: "Options", Help: "print sizes and times for people, as it does unless BOOL is false"},
		noTrunc, quiet("print IDs only"), help,
	}
}

// DfFlags is the table of options of system df.
func DfFlags() []getopt.Option {
	return []getopt.Option{{Long: "format", Arg: getopt.Required, ArgName: "FORMAT", Group: "Options", Help: "table, json, or a Go template"}, help}
}

// PruneFlags is the table of options of system prune.
func PruneFlags() []getopt.Option {
	return []getopt.Option{
		{Long: "all", Short: 'a', Group: "Options", Help: "remove images that have a name as well"},
		{Long: "force", Short: 'f', Group: "Options", Help: "do not ask"}, help,
	}
}
