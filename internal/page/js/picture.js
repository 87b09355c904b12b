// The picture, and how a new one takes the place of the old.

// The picture's own style: the page's policy does not let markup bring one along,
// and already complains when it is parsed.
const pictureStyle = new CSSStyleSheet();
document.adoptedStyleSheets.push(pictureStyle);

// Text becomes markup here only: the server's own SVG, as inert XML.
const trusted = window.trustedTypes?.createPolicy("isle", { createHTML: (text) => text }) ?? { createHTML: (text) => text };

const canvas = byID("canvas");
const svg = () => canvas.querySelector("svg.isle-map");
const drawn = (selector) => [...canvas.querySelectorAll(selector)];
const drawnIsland = (id) => canvas.querySelector(`.island[data-id="${CSS.escape(id)}"]`);

// parsed makes a picture out of the server's text, without anything that could act.
function parsed(text) {
	const root = new DOMParser().parseFromString(trusted.createHTML(text), "image/svg+xml").documentElement;
	if (root.localName !== "svg") {
		throw new Error("the server's picture cannot be read");
	}
	for (const element of root.querySelectorAll("script, foreignObject, iframe")) {
		element.remove();
	}
	for (const element of [root, ...root.querySelectorAll("*")]) {
		for (const { name, value } of [...element.attributes]) {
			if (name.startsWith("on") || (name.endsWith("href") && !value.startsWith("#"))) {
				element.removeAttribute(name);
			}
		}
	}
	return root;
}

// putPicture shows a picture in the place of the one before.
function putPicture(text) {
	let style = "";
	const bare = text.replace(/<style>([^]*?)<\/style>/g, (_, css) => ((style += css), ""));
	const root = document.adoptNode(parsed(bare));
	pictureStyle.replaceSync(style);
	const focused = focusedName();
	const anchor = findAnchor();
	if (svg()) {
		patch(svg(), root);
	} else {
		canvas.replaceChildren(root);
	}
	keepView(anchor);
	if (focused && !canvas.contains(document.activeElement)) {
		canvas.querySelector(focused)?.focus({ preventScroll: true });
	}
}

// focusedName is a selector of what has the focus in the picture.
function focusedName() {
	const focused = document.activeElement;
	if (!focused?.id || !canvas.contains(focused)) {
		return "";
	}
	return `#${CSS.escape(focused.id)}`;
}

// flash shows gently what is new.
function flash(islands) {
	for (const island of islands) {
		drawnIsland(island.id)?.classList.add("new");
	}
}

// namespaceAt is the inode number of what was clicked on, if it is a namespace.
function namespaceAt(target) {
	const inode = Number(target.closest("[data-inode]")?.dataset.inode);
	return state.model?.namespaces.has(inode) ? inode : 0;
}

// choose opens what was clicked on.
function choose(target) {
	const inode = namespaceAt(target);
	const id = target.closest(".island")?.dataset.id;
	if (inode) {
		showNamespace(inode);
	} else if (id) {
		showIsland(id);
	} else if (target.closest(".kept")) {
		showAs("list"); // it stands for several, which the list has
	}
}

canvas.addEventListener("click", (event) => {
	if (!dragged) {
		choose(event.target);
	}
});
