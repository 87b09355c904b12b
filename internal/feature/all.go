package feature

// All lists every probe, grouped by area.
func All() []*Probe {
	return []*Probe{
		Clone3, ClonePidfd, CloneClearSighand, CloneIntoCgroup,
		PidfdOpen, PidfdGetfd, PidfdInfo, PidfdInfoExit,
		CloseRange, CloseRangeCloexec, MemfdExec,

		UserNamespaces, CgroupNamespaces, IPCNamespaces, UTSNamespaces,
		NetNamespaces, PIDNamespaces, MountNamespaces, TimeNamespaces,
		UserNamespaceCaps, UserNamespacesForAll, UserNamespaceNesting,
		SetnsPidfd, NamespaceID, NamespaceHandles, Listns,

		Openat2, OpenTree, MoveMount, Fsopen, Fsmount, MountSetattr, OpenTreeAttr,
		Statmount, Listmount, IDMappedMounts,
		UserTmpfs, UserProc, UserProcSubset, UserOverlay, OverlayByFd, OverlayByPathFd, UserBinfmtMisc,

		SeccompFilter, SeccompNotify, SeccompWaitKillable, Landlock,
		Unfiltered, Ptrace, RaiseLimits,

		Cgroups, CgroupDelegation,

		Newuidmap, Newgidmap, Subuids, Subgids,

		Tun, Fuse,
	}
}
