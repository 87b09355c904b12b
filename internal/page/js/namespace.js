// A namespace in the panel. While it is there, its islands stand out.

function namespaceContent(inode) {
	const n = state.model.namespaces.get(inode);
	if (!n) {
		return [panelHead("Ended", `Namespace ${inode}`), make("p", { class: "note" }, "It is not on the map any more.")];
	}
	const islands = n.islands.map((id) => state.model.islands.get(id)).filter(Boolean);
	const word = [make("span", { class: "kind-name", "data-kind": n.kind }, make("span", { class: "swatch", "aria-hidden": "true" }), `${n.kind} namespace`)];
	const other = (number) => (state.model.namespaces.has(number) ? button(String(number), () => showNamespace(number), { class: "link-to inode", "data-key": `namespace-${number}` }) : null);
	return [
		panelHead(word, String(inode)),
		make("p", { class: "note" }, `Gives who is in it their own ${kinds[n.kind] ?? "view"}.`),
		facts([
			["Owned by", other(n.owner)],
			["Parent", other(n.parent)],
			["Kept by", n.held.length > 0 ? make("ul", { class: "held" }, n.held.map((text) => make("li", {}, text))) : null],
		]),
		make("h3", {}, islands.length === 0 ? "No process is in it" : `${count(islands.length, "island")} in it`),
		make("ul", { class: "islands" }, islands.map((island) => make("li", {}, goTo(island), ` ${sortName(island)}, ${count(island.pids.length, "process", "processes")}`))),
	];
}
