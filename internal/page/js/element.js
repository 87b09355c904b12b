// Elements. Text of a process only ever becomes text: nothing here, or anywhere
// on the page, makes markup out of data.

// state is what the page shows, and how.
const state = {
	model: null, // the map, see model.js
	saved: false, // whether it comes from a file
	query: "",
	kinds: new Set(), // chosen to filter by; none stands for all
	shown: null, // {island} or {namespace}: what the panel is about
};

const byID = (id) => document.getElementById(id);

// make makes an element with attributes, functions for its events, and children:
// elements, or text.
function make(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (typeof value === "function") {
			element.addEventListener(name, value);
		} else if (value !== null && value !== undefined && value !== false) {
			element.setAttribute(name, value === true ? "" : value);
		}
	}
	element.append(...children.flat().filter((child) => child !== null && child !== undefined));
	return element;
}

// button makes a button that does something. A key names it across updates.
function button(text, press, attributes = {}) {
	return make("button", { type: "button", click: press, ...attributes }, text);
}

// visible writes what a text could hide, or turn around, as its number.
function visible(text) {
	return String(text ?? "").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}

// count says how many of something there are.
const count = (n, one, many = one + "s") => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
