// What the map says of an island.

function islandContent(id) {
	const island = state.model.islands.get(id);
	if (!island) {
		return [panelHead("Ended", gone.get(id) ?? "This island"), make("p", { class: "note" }, "It is not on the map any more: its last process has ended.")];
	}
	gone.set(id, island.name);
	const word = [make("span", { class: `sort sort-${sortName(island)}` }, sortName(island)), island.engine ? ` ${island.engine}` : null];
	const pages = tabbed({
		Overview: () => overview(island),
		Processes: () => processes(island),
		Difference: () => difference(island),
		Audit: () => audit(island),
	});
	return [panelHead(word, island.name), ...pages];
}

// gone remembers the names of islands that the panel was about.
const gone = new Map();

function overview(island) {
	const net = linksOf(state.model, island.ns?.net ?? -1);
	return [
		facts([
			["Command", make("code", {}, island.command || "unknown")],
			["User", userName(island.uid)],
			["First process", String(island.top)],
			["Processes", String(island.pids.length) + (island.keepers.length > 0 ? `, and ${island.keepers.length} of them outside, waiting` : "")],
			["Container", island.container ? make("code", {}, island.container) : null],
			["Came out of", island.parent && goTo(state.model.islands.get(island.parent))],
			["Contains", island.children.length > 0 ? goToMany(island.children) : null],
		]),
		make("h3", {}, "Namespaces"),
		make("ul", { class: "namespaces" }, Object.keys(kinds).filter((kind) => island.ns?.[kind]).map((kind) => namespaceLine(island, kind))),
		net.length > 0 ? make("h3", {}, "Network") : null,
		net.length > 0 ? make("ul", { class: "links" }, net.map(linkLine)) : null,
	].filter(Boolean);
}

// facts is a list of names and what they are; what is missing is left out.
function facts(pairs) {
	return make("dl", { class: "facts" }, pairs.filter(([, value]) => value).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

const userName = (uid) => (uid === 0 ? "root (0)" : String(uid));

// goTo is a button that leads to another island.
function goTo(island) {
	return island ? button(island.name, () => showIsland(island.id), { class: "link-to", "data-key": `island-${island.id}` }) : null;
}

// goToMany leads to a few islands, and counts the others.
function goToMany(islands, rest = null) {
	const few = islands.slice(0, 6);
	const more = islands.length - few.length;
	return make("span", {}, few.flatMap((island, i) => (i > 0 ? [", ", goTo(island)] : [goTo(island)])), more > 0 ? " " : null, more > 0 ? (rest ?? make("span", {}, `and ${more} more`)) : null);
}

// namespaceLine is a namespace of an island, and who else is in it.
function namespaceLine(island, kind) {
	const inode = island.ns[kind];
	const own = island.apart.includes(kind) || island.sort === "host";
	const sharers = others(state.model, island, kind);
	const all = button(`and ${sharers.length - 6} more`, () => showNamespace(inode), { class: "link-to", "data-key": `more-${kind}` });
	return make(
		"li",
		{ class: own ? "own" : "shared" },
		make("span", { class: "kind-name", "data-kind": kind }, make("span", { class: "swatch", "aria-hidden": "true" }), kind),
		button(String(inode), () => showNamespace(inode), { class: "link-to inode", "data-key": `namespace-${kind}`, "aria-label": `${kind} namespace ${inode}` }),
		make("span", { class: "with" }, sharers.length === 0 ? "its own" : [make("span", {}, "shared with "), goToMany(sharers, all)]),
	);
}

// linkLine is a network link of an island, and where it leads.
function linkLine(link) {
	const there = state.model.namespaces.get(link.there.net);
	const island = state.model.islands.get(there?.islands[0]);
	const address = link.here.addresses.length > 0 ? ` (${link.here.addresses.join(", ")})` : "";
	const end = island ? goTo(island) : there ? button(`net namespace ${there.inode}`, () => showNamespace(there.inode), { class: "link-to", "data-key": `link-${link.here.name}` }) : "out of sight";
	return make("li", {}, make("code", {}, link.here.name), `${address} ${link.here.up ? "" : "(down) "}— ${link.kind} — `, make("code", {}, link.there.name), " in ", end);
}
