package cli

import (
	"isle/internal/cli/audit"
	"isle/internal/cli/chart"
	"isle/internal/cli/containers"
	"isle/internal/cli/diff"
	"isle/internal/cli/doctor"
	"isle/internal/cli/image"
	"isle/internal/cli/ls"
	"isle/internal/cli/lsns"
	"isle/internal/cli/nsenter"
	"isle/internal/cli/oci"
	"isle/internal/cli/review"
	"isle/internal/cli/run"
	"isle/internal/cli/same"
	"isle/internal/cli/unshare"
	"isle/internal/cli/verb"
	"isle/internal/getopt"
	"isle/internal/island"
	"isle/ns"
)

// commands is the table of isle's commands, in the order help shows them. It is
// data that the linker lays out: nothing is built when isle starts.
var commands = []Command{
	{
		Name: "run", Operands: run.Operands, Short: "Run a program on an island of its own, or a container",
		Long: run.About, Example: run.Example, Options: run.Table, Words: image.Names, First: true, Run: run.Main,
	},
	{
		Name: "create", Operands: containers.CreateOperands, Short: "Make a container of an image",
		Long: containers.CreateAbout, Example: containers.CreateExample, Options: containers.CreateFlags, Words: image.Names, First: true, Run: containers.CreateMain,
	},
	{
		Name: "exec", Operands: containers.ExecOperands, Short: "Run a program in a container",
		Long: containers.ExecAbout, Example: containers.ExecExample, Options: containers.ExecFlags, Words: containers.Names, Run: containers.Exec,
	},
	{
		Name: "update", Operands: containers.UpdateOperands, Short: "Change the limits of a container",
		Long: containers.UpdateAbout, Example: containers.UpdateExample, Options: containers.UpdateFlags, Words: containers.Names, Run: containers.Update,
	},
	{
		Name: "review", Operands: review.Operands, Short: "Apply what a program changed, or drop it",
		Long: review.About, Example: review.Example, Options: review.Flags, Verbs: func() []Command { return verbsOf(review.Verbs()) }, Run: review.Main,
	},
	{
		Name: "unshare", Operands: unshare.Operands, Short: "Run a program in new namespaces",
		Long: unshare.About, Example: unshare.Example, Options: unshare.Flags, Run: unshare.Main,
	},
	{
		Name: "nsenter", Operands: nsenter.Operands, Short: "Run a program in namespaces of other processes",
		Long: nsenter.About, Example: nsenter.Example, Options: nsenter.Flags, Run: nsenter.Main,
	},
	{
		Name: "ls", Operands: ls.Operands, Short: "List the islands of this host",
		Long: ls.About, Example: ls.Example, Options: ls.Flags, Words: islandNames, Run: ls.Main,
	},
	{
		Name: "lsns", Operands: lsns.Operands, Short: "List namespaces",
		Long: lsns.About, Example: lsns.Example, Options: lsns.Flags, Run: lsns.Main,
	},
	{
		Name: "same", Operands: same.Operands, Short: "Say which namespaces processes share",
		Long: same.About, Example: same.Example, Options: same.Flags, Run: same.Main,
	},
	{
		Name: "diff", Operands: diff.Operands, Short: "Say how two processes differ, or what a container has changed",
		Long: diff.About, Example: diff.Example, Options: diff.Flags, Words: islandNames, Run: diffOf,
	},
	{
		Name: "audit", Operands: audit.Operands, Short: "Say how exposed a process is",
		Long: audit.About, Example: audit.Example, Options: audit.Flags, Words: islandNames, Run: audit.Main,
	},
	{
		Name: "map", Operands: chart.Operands, Short: "Draw a map of this host, or serve it live",
		Long: chart.About, Example: chart.Example, Options: chart.Flags, Run: chart.Main,
	},
	{
		Name: "oci", Operands: oci.Operands, Short: "Be the OCI runtime of a container engine",
		Long: oci.About, Example: oci.Example, Options: oci.Flags, Verbs: func() []Command { return verbsOf(oci.Verbs()) }, Run: oci.Main,
	},
	{
		Name: "attach", Operands: containers.AttachOperands, Short: "Connect to a container that runs",
		Long: containers.AttachAbout, Example: containers.AttachExample, Options: containers.AttachFlags, Words: containers.Names, Run: containers.Attach,
	},
	{
		Name: "logs", Operands: containers.LogsOperands, Short: "Print what containers have printed",
		Long: containers.LogsAbout, Example: containers.LogsExample, Options: containers.LogsFlags, Words: containers.Names, Run: containers.Logs,
	},
	{
		Name: "ps", Short: "List containers",
		Long: containers.PsAbout, Example: containers.PsExample, Options: containers.PsFlags, Run: containers.Ps,
	},
	{
		Name: "start", Operands: containers.ContainersOperands, Short: "Start containers",
		Long: containers.StartAbout, Example: containers.StartExample, Options: containers.StartFlags, Words: containers.Names, Run: containers.Start,
	},
	{
		Name: "stop", Operands: containers.ContainersOperands, Short: "Ask containers to end",
		Long: containers.StopAbout, Example: containers.StopExample, Options: containers.StopFlags, Words: containers.Names, Run: containers.Stop,
	},
	{
		Name: "restart", Operands: containers.ContainersOperands, Short: "Stop containers and start them again",
		Long: containers.RestartAbout, Example: containers.RestartExample, Options: containers.RestartFlags, Words: containers.Names, Run: containers.Restart,
	},
	{
		Name: "kill", Operands: containers.ContainersOperands, Short: "Send a signal to containers",
		Long: containers.KillAbout, Example: containers.KillExample, Options: containers.KillFlags, Words: containers.Names, Run: containers.Kill,
	},
	{
		Name: "rm", Operands: containers.ContainersOperands, Short: "Remove containers",
		Long: containers.RmAbout, Example: containers.RmExample, Options: containers.RmFlags, Words: containers.Names, Run: containers.Rm,
	},
	{
		Name: "wait", Operands: containers.ContainersOperands, Short: "Wait until containers have ended",
		Long: containers.WaitAbout, Example: containers.WaitExample, Options: containers.WaitFlags, Words: containers.Names, Run: containers.Wait,
	},
	{
		Name: "pause", Operands: containers.ContainersOperands, Short: "Stop the processes of containers for a while",
		Long: containers.PauseAbout, Example: containers.PauseExample, Options: containers.PauseFlags, Words: containers.Names, Run: containers.Pause,
	},
	{
		Name: "unpause", Operands: containers.ContainersOperands, Short: "Let the processes of containers go on",
		Long: containers.UnpauseAbout, Example: containers.UnpauseExample, Options: containers.PauseFlags, Words: containers.Names, Run: containers.Unpause,
	},
	{
		Name: "rename", Operands: containers.RenameOperands, Short: "Give a container another name",
		Long: containers.RenameAbout, Example: containers.RenameExample, Options: containers.RenameFlags, Words: containers.Names, Run: containers.Rename,
	},
	{
		Name: "inspect", Operands: containers.InspectOperands, Short: "Print what is known of containers and images",
		Long: containers.InspectAbout, Example: containers.InspectExample, Options: containers.InspectFlags, Words: namesOfBoth, Run: containers.Inspect,
	},
	{
		Name: "cp", Operands: containers.CpOperands, Short: "Copy files into a container or out of it",
		Long: containers.CpAbout, Example: containers.CpExample, Options: containers.CpFlags, Words: containers.Names, Run: containers.Cp,
	},
	{
		Name: "export", Operands: containers.ExportOperands, Short: "Write the root of a container as an archive",
		Long: containers.ExportAbout, Example: containers.ExportExample, Options: containers.ExportFlags, Words: containers.Names, Run: containers.Export,
	},
	{
		Name: "commit", Operands: containers.CommitOperands, Short: "Make an image of what a container has changed",
		Long: containers.CommitAbout, Example: containers.CommitExample, Options: containers.CommitFlags, Words: containers.Names, Run: containers.Commit,
	},
	{
		Name: "top", Operands: containers.TopOperands, Short: "List the processes of a container",
		Long: containers.TopAbout, Example: containers.TopExample, Options: containers.TopFlags, Words: containers.Names, Run: containers.Top,
	},
	{
		Name: "stats", Operands: containers.StatsOperands, Short: "Print what containers use",
		Long: containers.StatsAbout, Example: containers.StatsExample, Options: containers.StatsFlags, Words: containers.Names, Run: containers.Stats,
	},
	{
		Name: "port", Operands: containers.PortOperands, Short: "List the ports of a container",
		Long: containers.PortAbout, Example: containers.PortExample, Options: containers.PortFlags, Words: containers.Names, Run: containers.Port,
	},
	{
		Name: "events", Short: "Print what happens to containers",
		Long: containers.EventsAbout, Example: containers.EventsExample, Options: containers.EventsFlags, Run: containers.Events,
	},
	{
		Name: "images", Operands: image.ImagesOperands, Short: "List images",
		Long: image.ImagesAbout, Example: image.ImagesExample, Options: image.ImagesFlags, Words: image.Names, Run: image.Images,
	},
	{
		Name: "pull", Operands: image.PullOperands, Short: "Fetch images from registries",
		Long: image.PullAbout, Example: image.PullExample, Options: image.PullFlags, Words: image.Names, Run: image.Pull,
	},
	{
		Name: "push", Operands: image.PushOperands, Short: "Send an image to a registry",
		Long: image.PushAbout, Example: image.PushExample, Options: image.PushFlags, Words: image.Names, Run: image.Push,
	},
	{
		Name: "load", Operands: image.LoadOperands, Short: "Bring images out of an archive",
		Long: image.LoadAbout, Example: image.LoadExample, Options: image.LoadFlags, Run: image.Load,
	},
	{
		Name: "save", Operands: image.SaveOperands, Short: "Write images into an archive",
		Long: image.SaveAbout, Example: image.SaveExample, Options: image.SaveFlags, Words: image.Names, Run: image.Save,
	},
	{
		Name: "import", Operands: image.ImportOperands, Short: "Make an image out of a root file system",
		Long: image.ImportAbout, Example: image.ImportExample, Options: image.ImportFlags, Run: image.Import,
	},
	{
		Name: "tag", Operands: image.TagOperands, Short: "Give an image more names",
		Long: image.TagAbout, Example: image.TagExample, Options: image.TagFlags, Words: image.Names, Run: image.Tag,
	},
	{
		Name: "rmi", Operands: image.RmiOperands, Short: "Remove images",
		Long: image.RmiAbout, Example: image.RmiExample, Options: image.RmiFlags, Words: image.Names, Run: image.Rmi,
	},
	{
		Name: "history", Operands: image.HistoryOperands, Short: "List the steps in which an image was made",
		Long: image.HistoryAbout, Example: image.HistoryExample, Options: image.HistoryFlags, Words: image.Names, Run: image.History,
	},
	{
		Name: "login", Operands: image.LoginOperands, Short: "Keep credentials of a registry",
		Long: image.LoginAbout, Example: image.LoginExample, Options: image.LoginFlags, Run: image.Login,
	},
	{
		Name: "logout", Operands: image.LogoutOperands, Short: "Forget credentials of a registry",
		Long: image.LogoutAbout, Example: image.LogoutExample, Options: image.LogoutFlags, Run: image.Logout,
	},
	{
		Name: "volume", Operands: "VERB", Short: "Look after volumes",
		Long: containers.VolumeAbout, Example: containers.VolumeExample, Options: containers.GroupFlags, Verbs: func() []Command { return verbsOf(verb.Verbs(containers.VolumeMembers())) }, Run: containers.Volume,
	},
	{
		Name: "secret", Operands: "VERB", Short: "Look after secrets",
		Long: containers.SecretAbout, Example: containers.SecretExample, Options: containers.GroupFlags, Verbs: func() []Command { return verbsOf(verb.Verbs(containers.SecretMembers())) }, Run: containers.Secret,
	},
	{
		Name: "container", Operands: "VERB", Short: "Do something to containers",
		Long: containers.ContainerAbout, Example: containers.ContainerExample, Options: containers.GroupFlags, Verbs: func() []Command { return verbsOf(verb.Verbs(containerMembers())) }, Run: containerMain,
	},
	{
		Name: "image", Operands: "VERB", Short: "Do something to images",
		Long: image.Group, Example: image.GroupExample, Options: containers.GroupFlags, Verbs: func() []Command { return verbsOf(verb.Verbs(imageMembers())) }, Run: imageMain,
	},
	{
		Name: "system", Operands: "VERB", Short: "Look after what isle keeps on disk",
		Long: containers.SystemAbout, Example: containers.SystemExample, Options: containers.GroupFlags, Verbs: func() []Command { return verbsOf(verb.Verbs(containers.SystemMembers())) }, Run: containers.System,
	},
	{
		Name: "info", Short: "Print what isle has here and what the host is",
		Long: containers.InfoAbout, Example: containers.InfoExample, Options: containers.InfoFlags, Run: containers.ShowInfo,
	},
	{
		Name: "version", Short: "Say which isle this is",
		Long: containers.VersionAbout, Example: containers.VersionExample, Options: containers.VersionFlags, Run: containers.Version,
	},
	{
		Name: "doctor", Short: "Say what isle needs of this host and whether it is there",
		Long: doctor.About, Example: doctor.Example, Options: doctor.Flags, Run: doctor.Main,
	},
}

// diffOf says how processes differ or, of a container of isle's own that is named
// alone, what it has changed of its image's files.
func diffOf(prog string, args []string) int {
	if containers.IsDiff(args) {
		return containers.Diff(prog, args)
	}
	return diff.Main(prog, args)
}

// verbsOf makes commands of a command's verbs.
func verbsOf(verbs []getopt.Verb) []Command {
	var list []Command
	for _, v := range verbs {
		list = append(list, Command{Name: v.Name, Operands: v.Operands, Short: v.Short, Options: func() []getopt.Option { return v.Options }, Words: v.Words})
	}
	return list
}

// namesOfBoth are the names of containers and images.
func namesOfBoth() []string { return append(containers.Names(), image.Names()...) }

// islandNames are the words by which islands can be named.
func islandNames() []string {
	s, err := ns.Scan()
	if err != nil {
		return nil
	}
	return append(island.Group(s).Names(), "host", "self")
}
