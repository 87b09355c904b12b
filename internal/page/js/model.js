// The map, with what is needed to find one's way in it.

// The kinds of namespaces, in the picture's order, and what
// each gives an island of its own.
const kinds = {
	user: "user ids and privileges",
	pid: "process ids",
	net: "network",
	mount: "file systems",
	uts: "host name",
	ipc: "System V and POSIX message queues",
	cgroup: "view of control groups",
	time: "clocks",
};

const sorts = { host: "host", container: "container", unit: "unit", sandbox: "sandbox" };
const sortName = (island) => sorts[island.sort] ?? "island";

// index makes the model of a map. Its names are made visible once, here.
function index(map) {
	const islands = new Map();
	for (const raw of map.islands ?? []) {
		const island = { ...raw, apart: raw.apart ?? [], processes: [], children: [], pids: raw.processes ?? [], keepers: raw.keepers ?? [] };
		for (const field of ["name", "engine", "container", "command"]) {
			island[field] = visible(raw[field]);
		}
		island.name ||= "(no name)";
		islands.set(island.id, island);
		islands.get(island.parent)?.children.push(island);
	}
	for (const p of map.processes ?? []) {
		islands.get(p.island)?.processes.push({ pid: p.pid, uid: p.uid, command: visible(p.command) });
	}
	const namespaces = new Map((map.namespaces ?? []).map((n) => [n.inode, { ...n, islands: n.islands ?? [], held: (n.held ?? []).map(visible) }]));
	return { map, islands, namespaces, links: (map.links ?? []).map(readable), kept: [...namespaces.values()].filter((n) => n.islands.length === 0) };
}

// readable is a link with its names made visible.
function readable(link) {
	const end = (e) => ({ net: e.net, name: visible(e.name), up: e.up, addresses: (e.addresses ?? []).map(visible) });
	return { kind: visible(link.kind), from: end(link.from), to: end(link.to) };
}

// others are the islands that share a namespace with one.
function others(model, island, kind) {
	const namespace = model.namespaces.get(island.ns?.[kind]);
	return (namespace?.islands ?? []).filter((id) => id !== island.id).map((id) => model.islands.get(id)).filter(Boolean);
}

// linksOf are the links that end in a network namespace, seen from there.
function linksOf(model, net) {
	return model.links.flatMap((l) => [
		...(l.from.net === net ? [{ kind: l.kind, here: l.from, there: l.to }] : []),
		...(l.to.net === net && l.from.net !== net ? [{ kind: l.kind, here: l.to, there: l.from }] : []),
	]);
}

// haystack is everything that a search looks at of an island: words for texts,
// and numbers, which are only found whole.
function haystack(island) {
	island.hay ??= {
		text: [island.name, island.engine, island.sort, island.container, island.command, ...island.processes.map((p) => p.command)].join("\n").toLowerCase(),
		numbers: new Set([...island.pids, ...island.processes.map((p) => p.pid), ...island.processes.map((p) => p.uid), island.uid, ...Object.values(island.ns ?? {})].map(String)),
	};
	return island.hay;
}
