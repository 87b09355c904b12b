package cli

import (
	"isle/internal/cli/containers"
	"isle/internal/cli/image"
	"isle/internal/cli/run"
	"isle/internal/cli/verb"
	"isle/internal/getopt"
)

// containerMain is isle container: its verbs are commands of isle's.
func containerMain(prog string, args []string) int {
	return verb.Group(prog, "container", containers.ContainerAbout, containerMembers(), args)
}

// imageMain is isle image.
func imageMain(prog string, args []string) int {
	return verb.Group(prog, "image", image.Group, imageMembers(), args)
}

// like is a member of a group that does what a command of isle's does.
func like(name, command string, words func() []string, run func(prog string, args []string) int) verb.Member {
	return verb.Member{Verb: getopt.Verb{Name: name, Short: "Like isle " + command, Words: words}, Run: run}
}

func containerMembers() []verb.Member {
	names := containers.Names
	return append([]verb.Member{
		like("attach", "attach", names, containers.Attach),
		like("commit", "commit", names, containers.Commit),
		like("cp", "cp", names, containers.Cp),
		like("create", "create", image.Names, containers.CreateMain),
		like("diff", "diff", names, containers.Diff),
		like("exec", "exec", names, containers.Exec),
		like("export", "export", names, containers.Export),
		like("inspect", "inspect --type container", names, func(prog string, args []string) int {
			return containers.Inspect(prog, append([]string{"--type=container"}, args...))
		}),
		like("kill", "kill", names, containers.Kill),
		like("list", "ps", nil, containers.Ps),
		like("logs", "logs", names, containers.Logs),
		like("ls", "ps", nil, containers.Ps),
		like("pause", "pause", names, containers.Pause),
		like("port", "port", names, containers.Port),
		like("ps", "ps", nil, containers.Ps),
		like("rename", "rename", names, containers.Rename),
		like("restart", "restart", names, containers.Restart),
		like("rm", "rm", names, containers.Rm),
		like("run", "run", image.Names, run.Main),
		like("start", "start", names, containers.Start),
		like("stats", "stats", names, containers.Stats),
		like("stop", "stop", names, containers.Stop),
		like("top", "top", names, containers.Top),
		like("unpause", "unpause", names, containers.Unpause),
		like("update", "update", names, containers.Update),
		like("wait", "wait", names, containers.Wait),
	}, containers.Members()...)
}

func imageMembers() []verb.Member {
	return append([]verb.Member{
		like("history", "history", image.Names, image.History),
		like("import", "import", nil, image.Import),
		like("inspect", "inspect --type image", image.Names, func(prog string, args []string) int {
			return containers.Inspect(prog, append([]string{"--type=image"}, args...))
		}),
		like("list", "images", image.Names, image.Images),
		like("load", "load", nil, image.Load),
		like("ls", "images", image.Names, image.Images),
		like("pull", "pull", image.Names, image.Pull),
		like("push", "push", image.Names, image.Push),
		like("rm", "rmi", image.Names, image.Rmi),
		like("save", "save", image.Names, image.Save),
		like("tag", "tag", image.Names, image.Tag),
	}, containers.ImageMembers()...)
}
