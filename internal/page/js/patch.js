// A new picture is put into the old one, of which everything stays that is still
// there: the focus, what the pointer is over, and a click that has half happened.

// marks are the classes that the page gives, not the picture.
const marks = ["dim", "match", "chosen", "at", "new"];

// patch makes a node what another is.
function patch(old, next) {
	if (old.nodeName !== next.nodeName || old.id !== next.id) {
		old.replaceWith(next);
	} else if (old.nodeType !== Node.ELEMENT_NODE) {
		old.data = next.data;
	} else if (!old.isEqualNode(next)) {
		patchAttributes(old, next);
		patchChildren(old, next);
	}
}

function patchAttributes(old, next) {
	const marked = marks.filter((mark) => old.classList.contains(mark));
	for (const { name } of [...old.attributes]) {
		if (name !== "style" && !next.hasAttribute(name)) {
			old.removeAttribute(name);
		}
	}
	for (const { name, value } of next.attributes) {
		if (old.getAttribute(name) !== value) {
			old.setAttribute(name, value);
		}
	}
	old.classList.add(...marked);
}

// patchChildren finds children again by their id, and by their place if they
// have none. What has gone goes first, so that the others need not move.
function patchChildren(old, next) {
	const wanted = new Set([...next.children].map((child) => child.id));
	for (const child of [...old.children]) {
		if (child.id && !wanted.has(child.id)) {
			child.remove();
		}
	}
	const known = new Map([...old.children].map((child) => [child.id, child]));
	let here = old.firstChild;
	for (const child of [...next.childNodes]) {
		const twin = child.id ? known.get(child.id) : here && !here.id ? here : null;
		if (!twin) {
			old.insertBefore(child, here);
			continue;
		}
		if (twin === here) {
			here = here.nextSibling;
		} else {
			old.insertBefore(twin, here);
		}
		patch(twin, child);
	}
	while (here) {
		const rest = here;
		here = here.nextSibling;
		rest.remove();
	}
}
