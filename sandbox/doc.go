// Package sandbox runs programs isolated by Linux namespaces. It is to
// isolation what os/exec is to processes: fill in a Cmd, then Run, Start, Wait
// or Output.
//
//	cmd := sandbox.Command("sh", "-c", "id -u; hostname")
//	cmd.New = ns.SetOf(ns.User, ns.UTS, ns.Mount)
//	cmd.Hostname = "island"
//	out, err := cmd.Output()
//
// Every Cmd is first made into a plan, a list of steps that can be printed
// (Cmd.Show) and that is carried out by one clone3 and a list of system calls
// (see ARCHITECTURE.md). When a step fails the error is a *StepError, which can
// say why. It rests on namespaces(7), user_namespaces(7) and clone(2).
package sandbox
