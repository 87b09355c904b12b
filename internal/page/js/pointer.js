// Pointers and the wheel: one finger or a button drags, two fingers pinch.

const pointers = new Map();
let dragged = false;
let travelled = 0;

canvas.addEventListener("pointerdown", (event) => {
	if (event.button === 0) {
		pointers.set(event.pointerId, event);
		dragged = false;
		travelled = 0;
	}
});

canvas.addEventListener("pointermove", (event) => {
	const before = pointers.get(event.pointerId);
	if (!before) {
		return;
	}
	const dx = event.clientX - before.clientX;
	const dy = event.clientY - before.clientY;
	travelled += Math.abs(dx) + Math.abs(dy);
	if (travelled > 5 && !dragged) {
		dragged = true;
		canvas.setPointerCapture(event.pointerId);
		canvas.classList.add("dragging");
	}
	if (pointers.size === 2) {
		pinch(event, before);
	} else if (dragged) {
		move(dx, dy);
	}
	if (dragged) {
		pointers.set(event.pointerId, event);
	}
});

// pinch zooms by how two fingers part.
function pinch(event, before) {
	const other = [...pointers.values()].find((p) => p.pointerId !== event.pointerId);
	const apart = (p) => Math.hypot(p.clientX - other.clientX, p.clientY - other.clientY) || 1;
	const room = canvas.getBoundingClientRect();
	zoom(apart(event) / apart(before), (event.clientX + other.clientX) / 2 - room.left, (event.clientY + other.clientY) / 2 - room.top);
	pointers.set(event.pointerId, event);
	dragged = true;
}

for (const name of ["pointerup", "pointercancel"]) {
	window.addEventListener(name, (event) => {
		pointers.delete(event.pointerId);
		canvas.classList.remove("dragging");
	});
}

canvas.addEventListener(
	"wheel",
	(event) => {
		event.preventDefault();
		const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
		const room = canvas.getBoundingClientRect();
		if (event.ctrlKey || event.metaKey) {
			zoom(Math.exp((-event.deltaY * unit) / 300), event.clientX - room.left, event.clientY - room.top);
		} else {
			move(-event.deltaX * unit, -event.deltaY * unit);
		}
	},
	{ passive: false },
);

byID("closer").addEventListener("click", () => zoom(1.3));
byID("farther").addEventListener("click", () => zoom(1 / 1.3));
byID("whole").addEventListener("click", () => {
	view.all = true;
	fit();
});
new ResizeObserver(() => view.whole && fit()).observe(canvas);
