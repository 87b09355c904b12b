// The search box.

const search = byID("search");
let at = -1; // which match was gone to last

search.addEventListener("input", () => {
	state.query = search.value.trim();
	at = -1;
	tellHits();
	paint();
});

search.addEventListener("keydown", (event) => {
	if (event.key === "Enter") {
		event.preventDefault();
		nextMatch(event.shiftKey ? -1 : 1);
	} else if (event.key === "Escape" && search.value !== "") {
		event.stopPropagation();
		search.value = "";
		search.dispatchEvent(new Event("input"));
	}
});

// tellHits says how many islands match, and which one was gone to.
function tellHits() {
	const hits = matches();
	at = Math.min(at, hits.length - 1);
	const found = hits.length === 0 ? "no match" : at < 0 ? count(hits.length, "match", "matches") : `${at + 1} of ${hits.length}`;
	const text = state.query === "" ? "" : found;
	if (byID("hits").textContent !== text) {
		byID("hits").textContent = text;
	}
}

// nextMatch goes to the next match; the focus stays in the search.
function nextMatch(step) {
	const hits = matches();
	if (hits.length === 0) {
		return;
	}
	at = at < 0 && step < 0 ? hits.length - 1 : (at + step + hits.length) % hits.length;
	for (const marked of document.querySelectorAll(".at")) {
		marked.classList.remove("at");
	}
	const row = byID("list").querySelector(`.row[data-id="${CSS.escape(hits[at].id)}"]`);
	const drawing = drawnIsland(hits[at].id);
	drawing?.classList.add("at");
	row?.classList.add("at");
	if (byID("list").hidden) {
		reveal(drawing);
	} else {
		row?.scrollIntoView({ block: "center" });
	}
	tellHits();
	say(`${hits[at].name}, ${at + 1} of ${hits.length}`);
}
