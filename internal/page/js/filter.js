// The filter by kind.

function makeFilter() {
	const buttons = Object.entries(kinds).map(([kind, what]) =>
		make("button", { type: "button", class: "kind", "data-kind": kind, "aria-pressed": "false", title: `With their own ${what}`, click: () => toggleKind(kind) }, make("span", { class: "swatch", "aria-hidden": "true" }), kind),
	);
	byID("kinds").append(...buttons);
}

function toggleKind(kind) {
	if (!state.kinds.delete(kind)) {
		state.kinds.add(kind);
	}
	for (const toggle of byID("kinds").children) {
		toggle.setAttribute("aria-pressed", String(state.kinds.has(toggle.dataset.kind)));
	}
	const left = [...state.model?.islands.values() ?? []].filter(ofKinds).length;
	say(state.kinds.size === 0 ? "All islands" : `${count(left, "island")} with ${[...state.kinds].join(" or ")}`);
	tellHits();
	paint();
}

makeFilter();
