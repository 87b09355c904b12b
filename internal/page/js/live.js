// The live map. The server tells the number of a new version, and the page
// fetches it when it has shown the one before: what comes faster is left out.

let have = 0; // the number of the version that is shown
let told = 0; // and of the newest
let stream = null;
let fetching = false;
let paused = false; // by the user

// How the stream is, in words.
const states = { waiting: "Connecting", live: "Live", paused: "Paused", again: "Reconnecting", lost: "Disconnected", trouble: "Cannot scan", saved: "Saved" };

function setState(name) {
	byID("live").dataset.state = name;
	byID("live-text").textContent = states[name];
	byID("live").title = { live: "Pause", paused: "Go on" }[name] ?? "";
	byID("live").setAttribute("aria-pressed", String(name === "paused"));
}

function listen() {
	stream?.close();
	setState("waiting");
	stream = new EventSource("/events");
	stream.addEventListener("version", (event) => {
		told = Number(event.data);
		setState("live");
		catchUp();
	});
	stream.addEventListener("trouble", (event) => {
		setState("trouble");
		complain(`The host could not be scanned: ${visible(JSON.parse(event.data))}`);
	});
	stream.addEventListener("open", () => have && setState("live"));
	stream.addEventListener("error", () => {
		const lost = stream?.readyState === EventSource.CLOSED;
		setState(lost ? "lost" : "again");
		if (lost) {
			complain("The server does not know this page any more. Run the command again.");
		}
	});
}

function stopListening(name) {
	stream?.close();
	stream = null;
	setState(name);
}

// catchUp fetches the newest version until there is none newer. It leaves the
// browser four times as long in peace as a version took it.
async function catchUp() {
	while (!fetching && stream && told !== have) {
		fetching = true;
		const began = performance.now();
		try {
			await fetchVersion();
		} catch (error) {
			complain(`The map could not be fetched: ${visible(error.message)}`);
			await pause(2000);
		}
		await pause(4 * (performance.now() - began));
		fetching = false;
	}
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function fetchVersion() {
	const reply = await fetch(`/map${widthWanted()}`);
	if (!reply.ok) {
		throw new Error((await reply.text()).trim());
	}
	const next = await reply.json();
	if (!stream) {
		return; // a saved map has come in between
	}
	have = next.version;
	told = Math.max(told, have);
	showMap(next.map, next.svg);
}

// widthWanted asks for a picture for a narrow window, as a query.
function widthWanted() {
	const width = document.documentElement.clientWidth;
	return width < 800 ? `?width=${Math.max(300, width)}` : "";
}

// showMap shows a map and its picture, if it is not there already. Whatever the user has opened, typed,
// focused or zoomed stays.
function showMap(map, picture) {
	const before = state.model;
	state.model = index(map);
	byID("empty").hidden = true;
	if (picture) {
		putPicture(picture);
	}
	tellHost(map);
	drawList();
	updatePanel();
	tellHits();
	paint();
	if (before && !state.saved && before.map.host === map.host) {
		const started = [...state.model.islands.values()].filter((island) => !before.islands.has(island.id));
		flash(started);
		tell(started, [...before.islands.values()].filter((island) => !state.model.islands.has(island.id)));
	}
}

// tellHost says of which host the map is and how much there is.
function tellHost(map) {
	const { islands, namespaces } = state.model;
	byID("host").textContent = visible(map.host);
	document.title = `${visible(map.host)} – isle`;
	const hidden = map.hidden > 0 ? ` · ${count(map.hidden, "process", "processes")} hidden` : "";
	byID("counts").textContent = `${count(Math.max(0, islands.size - 1), "island")} · ${count((map.processes ?? []).length, "process", "processes")} · ${count(namespaces.size, "namespace")}${hidden}`;
	byID("counts").title = map.hidden > 0 ? "Their namespaces may not be read by this user; root sees all." : `Linux ${visible(map.kernel)}`;
}

// togglePause stops and goes on. Nobody is scanned for while it is paused.
function togglePause() {
	if (state.saved) {
		return;
	}
	paused = Boolean(stream) && stream.readyState !== EventSource.CLOSED;
	paused ? stopListening("paused") : listen();
	say(paused ? "Paused" : "Live");
}

// A page that nobody looks at has nothing scanned for it.
function onVisibility() {
	if (state.saved || paused) {
		return;
	}
	document.hidden ? stopListening("paused") : listen();
}
