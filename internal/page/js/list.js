// The list: everything that the picture says, as a tree.

function showAs(what) {
	for (const name of ["picture", "list"]) {
		byID(name).hidden = name !== what;
		byID(`as-${name}`).setAttribute("aria-pressed", String(name === what));
	}
	drawList();
	paint();
}

// drawList fills the list, if it is to be seen. Who has the focus keeps it.
function drawList() {
	const list = byID("list");
	if (list.hidden || !state.model) {
		return;
	}
	const { islands, kept, links } = state.model;
	const key = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
	const roots = [...islands.values()].filter((island) => !islands.has(island.parent));
	list.replaceChildren(
		make("ul", { class: "tree" }, roots.map(branch)),
		...part("Kept namespaces", kept.map(keptRow)),
		...part("Network links", links.map((l) => make("li", {}, linkEnd(l.from), ` — ${l.kind} — `, linkEnd(l.to)))),
	);
	if (key) {
		list.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
	}
}

const part = (title, items) => (items.length > 0 ? [make("h2", {}, title), make("ul", { class: "plain-list" }, items)] : []);

// branch is an island and what came out of it.
function branch(island) {
	const row = make(
		"div",
		{ class: "row", "data-id": island.id },
		make("span", { class: `sort sort-${sortName(island)}` }, sortName(island)),
		button(island.name, () => showIsland(island.id), { class: "link-to name", "data-key": `list-${island.id}` }),
		make("span", { class: "what" }, [island.engine, count(island.pids.length, "process", "processes"), `user ${userName(island.uid)}`].filter(Boolean).join(" · ")),
		make("span", { class: "apart" }, ownText(island)),
		make("code", { class: "command" }, island.command),
	);
	return make("li", {}, row, island.children.length > 0 ? make("ul", {}, island.children.map(branch)) : null);
}

// ownText says which namespaces are an island's own, and with whom it shares
// those, but for what came out of it.
function ownText(island) {
	if (island.sort === "host") {
		return "has the host's namespaces";
	}
	const own = Object.keys(kinds).filter((kind) => island.apart.includes(kind)).map((kind) => {
		const sharers = others(state.model, island, kind).filter((other) => other.apart.includes(kind));
		return sharers.length === 0 ? kind : `${kind} (with ${names(sharers)})`;
	});
	return own.length === 0 ? "has no namespace of its own" : `own ${own.join(", ")}`;
}

function keptRow(n) {
	return make("li", {}, make("div", { class: "row", "data-inode": n.inode }, button(`${n.kind} ${n.inode}`, () => showNamespace(n.inode), { class: "link-to name", "data-key": `kept-${n.inode}` }), make("span", { class: "what" }, n.held.join("; "))));
}

// linkEnd is an interface, its addresses and whose it is.
function linkEnd(end) {
	const island = state.model.islands.get(state.model.namespaces.get(end.net)?.islands[0]);
	const where = island ? [" in ", goTo(island)] : [` in net namespace ${end.net}`];
	return make("span", {}, make("code", {}, end.name), end.addresses.length > 0 ? ` (${end.addresses.join(", ")})` : "", end.up ? "" : " (down)", ...where);
}

byID("as-picture").addEventListener("click", () => showAs("picture"));
byID("as-list").addEventListener("click", () => showAs("list"));
