// Which islands stand out. What is not looked for is dimmed, in the picture and
// in the list.

// wanted is a test of whether an island is among those that are looked for.
function wanted() {
	const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
	const lit = state.shown?.namespace && state.model.namespaces.get(state.shown.namespace)?.islands;
	return (island) => found(island, words) && ofKinds(island) && (!lit || lit.length === 0 || lit.includes(island.id));
}

// found says whether an island matches all words of a search.
function found(island, words) {
	const { text, numbers } = haystack(island);
	return words.every((word) => text.includes(word) || numbers.has(word));
}

// ofKinds says whether an island has a namespace of its own of the kinds chosen.
function ofKinds(island) {
	return state.kinds.size === 0 || island.sort === "host" || island.apart.some((kind) => state.kinds.has(kind));
}

// matches are the islands that a search finds, in the map's order.
function matches() {
	const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
	if (words.length === 0 || !state.model) {
		return [];
	}
	return [...state.model.islands.values()].filter((island) => found(island, words) && ofKinds(island));
}

// paint marks what stands out.
function paint() {
	if (!state.model) {
		return;
	}
	const want = wanted();
	const hits = new Set(matches().map((island) => island.id));
	for (const drawing of [...drawn(".island"), ...byID("list").querySelectorAll(".row[data-id]")]) {
		const island = state.model.islands.get(drawing.dataset.id);
		drawing.classList.toggle("dim", Boolean(island) && !want(island));
		drawing.classList.toggle("match", hits.has(drawing.dataset.id));
		drawing.classList.toggle("chosen", state.shown?.island === drawing.dataset.id);
	}
	paintLines(want);
	paintKept();
}

// paintLines dims lines of kinds that are not chosen, and between islands that
// are not looked for.
function paintLines(want) {
	const dim = (id) => !want(state.model.islands.get(id) ?? { apart: [], pids: [], processes: [] });
	for (const line of drawn(".link")) {
		const ends = [line.dataset.from, line.dataset.to].filter((id) => state.model.islands.has(id));
		line.classList.toggle("dim", (state.kinds.size > 0 && !state.kinds.has("net")) || (ends.length > 0 && ends.every(dim)));
	}
	for (const line of drawn(".share")) {
		const inode = Number(line.dataset.inode);
		line.classList.toggle("chosen", state.shown?.namespace === inode);
		line.classList.toggle("dim", (state.kinds.size > 0 && !state.kinds.has(line.dataset.kind)) || (line.dataset.islands ?? "").split(" ").every(dim));
	}
	for (const bus of drawn(".bus")) {
		bus.classList.toggle("dim", (state.kinds.size > 0 && !state.kinds.has("net")) || dim(bus.dataset.id));
	}
	for (const badge of drawn(".badge")) {
		badge.classList.toggle("chosen", state.shown?.namespace === Number(badge.dataset.inode));
	}
}

// paintKept treats namespaces that no island is in.
function paintKept() {
	const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
	for (const drawing of [...drawn(".kept"), ...byID("list").querySelectorAll(".row[data-inode]")]) {
		const n = state.model.namespaces.get(Number(drawing.dataset.inode));
		const text = n ? [n.kind, n.inode, ...n.held].join("\n").toLowerCase() : "";
		const chosen = state.shown?.namespace === n?.inode;
		const hit = words.every((word) => text.includes(word)) && (state.kinds.size === 0 || state.kinds.has(n?.kind));
		drawing.classList.toggle("dim", !hit || (Boolean(state.shown?.namespace) && !chosen));
		drawing.classList.toggle("match", hit && words.length > 0);
		drawing.classList.toggle("chosen", chosen);
	}
}
