// Zoom and movement: a point p of the picture is at (x, y) + k·p on the screen.

// whole says that nobody has moved it yet, and all that it may be too small to read.
const view = { k: 1, x: 0, y: 0, whole: true, all: false };
const limits = { least: 0.05, most: 6, legible: 0.55, margin: 16, narrow: 620, legibleNarrow: 0.85 };

// size is the picture's, in its own units.
function size() {
	const box = svg()?.viewBox.baseVal;
	return box && box.width > 0 ? { width: box.width, height: box.height } : { width: 1, height: 1 };
}

function place() {
	const picture = svg();
	if (!picture) {
		return;
	}
	const { width, height } = size();
	picture.style.width = `${width}px`;
	picture.style.height = `${height}px`;
	picture.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.k})`;
}

// fit shows the whole picture, or where that would be too small to read, its
// upper end: it can be moved up and down then.
function fit() {
	const { width, height } = size();
	const room = { width: canvas.clientWidth - 2 * limits.margin, height: canvas.clientHeight - 2 * limits.margin };
	const whole = Math.min(room.width / width, room.height / height, 1.25);
	const least = canvas.clientWidth < limits.narrow ? limits.legibleNarrow : limits.legible;
	const legible = Math.max(least, Math.min(1, room.width / width));
	view.k = view.all ? Math.max(whole, limits.least) : whole < least ? legible : whole;
	view.x = limits.margin + Math.max(0, (room.width - width * view.k) / 2);
	view.y = limits.margin + (view.k > whole ? 0 : Math.max(0, (room.height - height * view.k) / 2));
	view.whole = true;
	place();
}

// zoom zooms at a point of the canvas, its middle if there is none.
function zoom(by, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
	const k = Math.min(limits.most, Math.max(limits.least, view.k * by));
	view.x = x - ((x - view.x) * k) / view.k;
	view.y = y - ((y - view.y) * k) / view.k;
	view.k = k;
	view.whole = false;
	place();
}

// move moves the picture, but never out of sight.
function move(dx, dy) {
	const { width, height } = size();
	const keep = 60;
	view.x = Math.min(canvas.clientWidth - keep, Math.max(keep - width * view.k, view.x + dx));
	view.y = Math.min(canvas.clientHeight - keep, Math.max(keep - height * view.k, view.y + dy));
	view.whole = false;
	place();
}

// corner is where an island is drawn: the upper left of its outline.
function corner(drawing) {
	const outline = (drawing.querySelector(":scope > rect, :scope > path") ?? drawing).getBoundingClientRect();
	return { x: outline.left, y: outline.top, right: outline.right, bottom: outline.bottom };
}

// reveal moves the picture so that an island is in what the panel leaves free.
function reveal(drawing) {
	if (!drawing || byID("picture").hidden) {
		return;
	}
	const room = canvas.getBoundingClientRect();
	const panel = byID("panel");
	const covered = panel.hidden || panel.offsetWidth > room.width / 2 ? 0 : panel.offsetWidth;
	const at = corner(drawing);
	const into = (from, to, least, most) => (from < least || to - from > most - least ? least - from : Math.min(0, most - to));
	const dx = into(at.x, at.right, room.left + 20, room.right - covered - 20);
	const dy = into(at.y, at.bottom, room.top + 20, room.bottom - 20);
	if (dx !== 0 || dy !== 0) {
		move(dx, dy);
	}
}

// findAnchor is an island and where it is: it stays there in the next picture.
function findAnchor() {
	if (view.whole || !svg()) {
		return null;
	}
	const focused = document.activeElement?.closest?.("#canvas .island");
	const room = canvas.getBoundingClientRect();
	const middle = (at) => Math.hypot(at.x - room.left - room.width / 2, at.y - room.top - room.height / 2);
	const drawing = focused ?? drawnIsland(state.shown?.island ?? "") ?? drawn(".island").reduce((best, d) => (best && middle(corner(best)) <= middle(corner(d)) ? best : d), null);
	return drawing && { id: drawing.dataset.id, at: corner(drawing) };
}

// keepView gives a new picture the place of the old one.
function keepView(anchor) {
	if (view.whole) {
		fit();
		return;
	}
	place();
	const drawing = anchor && drawnIsland(anchor.id);
	if (drawing) {
		const at = corner(drawing);
		view.x += anchor.at.x - at.x;
		view.y += anchor.at.y - at.y;
		place();
	}
}
