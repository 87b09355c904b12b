// The panel at the side. It is about an island or a namespace, has the focus
// when it opens, and gives it back when it closes.

const panel = byID("panel");
let opener = null; // a selector or an element: what had the focus before
let tab = "Overview";
let printed = ""; // what the panel shows, to see whether that has changed

function showIsland(id) {
	openPanel({ island: id });
}

function showNamespace(inode) {
	openPanel({ namespace: inode });
}

function openPanel(shown) {
	if (panel.hidden) {
		opener = focusedName() || document.activeElement;
	}
	state.shown = shown;
	panel.hidden = false;
	document.body.classList.add("with-panel");
	drawPanel();
	panel.scrollTop = 0;
	byID("panel-title")?.focus();
	paint();
	reveal(drawnIsland(shown.island ?? ""));
}

function closePanel() {
	if (panel.hidden) {
		return;
	}
	panel.hidden = true;
	document.body.classList.remove("with-panel");
	const last = state.shown;
	state.shown = null;
	paint();
	const back = typeof opener === "string" ? canvas.querySelector(opener) : opener?.isConnected ? opener : null;
	(back ?? drawnIsland(last?.island ?? "") ?? search).focus({ preventScroll: true });
}

// drawPanel fills the panel anew. Who had the focus in it keeps it, by key.
function drawPanel() {
	const { island, namespace } = state.shown;
	const content = island ? islandContent(island) : namespaceContent(namespace);
	const key = panel.contains(document.activeElement) ? document.activeElement.dataset.key : null;
	const scrolled = panel.scrollTop;
	panel.replaceChildren(...content);
	panel.scrollTop = scrolled;
	if (key) {
		(panel.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? byID("panel-title")).focus({ preventScroll: true });
	}
	printed = print();
}

// print is what the panel depends on of the map, as a text.
function print() {
	const { island, namespace } = state.shown ?? {};
	const about = island ? state.model.islands.get(island) : state.model.namespaces.get(namespace);
	const sharers = about?.ns ? Object.values(about.ns).map((inode) => state.model.namespaces.get(inode)?.islands) : [];
	return about ? JSON.stringify([about, sharers], (name, value) => (name === "hay" || name === "children" ? undefined : value)) : "gone";
}

// updatePanel shows what a new map says of the same.
function updatePanel() {
	if (state.shown && print() !== printed) {
		drawPanel();
	}
}

// panelHead is the heading, what it is in a word, and the way out.
function panelHead(word, title, ...more) {
	return make(
		"header",
		{ class: "head" },
		make("p", { class: "word" }, ...[word].flat()),
		make("button", { type: "button", class: "round close", "aria-label": "Close", title: "Close (Esc)", "data-key": "close", click: closePanel }, "×"),
		make("h2", { id: "panel-title", tabindex: "-1", "data-key": "title" }, title),
		...more,
	);
}

// tabbed makes tabs (WAI-ARIA): names and functions that fill them.
function tabbed(pages) {
	const names = Object.keys(pages);
	if (!names.includes(tab)) {
		tab = names[0];
	}
	const go = (name) => {
		tab = name;
		drawPanel();
		panel.querySelector('[role="tab"][aria-selected="true"]').focus();
	};
	const move = (event) => {
		const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (step) {
			event.preventDefault();
			go(names[(names.indexOf(tab) + step + names.length) % names.length]);
		}
	};
	const tabs = names.map((name) => button(name, () => go(name), { role: "tab", id: `tab-${name}`, "data-key": `tab-${name}`, "aria-selected": String(name === tab), "aria-controls": "page", tabindex: name === tab ? "0" : "-1", keydown: move }));
	return [make("div", { role: "tablist", "aria-label": "About the island" }, tabs), make("div", { role: "tabpanel", id: "page", "aria-labelledby": `tab-${tab}` }, pages[tab]())];
}
