// The keyboard: in the picture, and everywhere.

// Where an arrow key leads, as a direction on the screen.
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

canvas.addEventListener("keydown", (event) => {
	const here = event.target.closest("[tabindex]");
	if (!here || event.ctrlKey || event.altKey || event.metaKey) {
		return;
	}
	const stops = drawn("[tabindex]");
	if (event.key in arrows) {
		focusOn(nearest(here, stops, arrows[event.key]));
	} else if (event.key === "Home" || event.key === "End") {
		focusOn(stops.at(event.key === "Home" ? 0 : -1));
	} else if (event.key === "Enter" || event.key === " ") {
		choose(here);
	} else {
		return;
	}
	event.preventDefault();
});

canvas.addEventListener("focusin", (event) => {
	if (event.target.matches(":focus-visible")) {
		reveal(event.target.closest("[tabindex]"));
	}
});

function focusOn(drawing) {
	drawing?.focus({ preventScroll: true });
	reveal(drawing);
}

// nearest is the next stop in a direction: one that is rather ahead than aside,
// if there is any.
function nearest(here, stops, [dx, dy]) {
	const from = corner(here);
	let best = null;
	let least = Infinity;
	for (const stop of stops) {
		const to = corner(stop);
		const ahead = (to.x - from.x) * dx + (to.y - from.y) * dy;
		const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
		const far = ahead + 2 * aside + (aside > ahead ? 1e6 : 0);
		if (stop !== here && ahead > 1 && far < least) {
			best = stop;
			least = far;
		}
	}
	return best;
}

// What a key does anywhere but in a field.
const keys = {
	"/": () => {
		search.focus();
		search.select();
	},
	"?": () => byID("help").showModal(),
	"+": () => zoom(1.3),
	"-": () => zoom(1 / 1.3),
	0: () => byID("whole").click(),
	l: () => showAs(byID("list").hidden ? "list" : "picture"),
};

document.addEventListener("keydown", (event) => {
	if (event.key === "Escape" && !byID("help").open) {
		closePanel();
		return;
	}
	const writing = event.target.closest?.("input, select, textarea, dialog");
	if (writing || event.ctrlKey || event.altKey || event.metaKey || !(event.key in keys)) {
		return;
	}
	event.preventDefault();
	keys[event.key]();
});

byID("ask").addEventListener("click", () => byID("help").showModal());
byID("help-close").addEventListener("click", () => byID("help").close());
