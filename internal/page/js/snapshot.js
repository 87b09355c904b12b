// Saved maps: writing the one that is shown, and showing another.

const served = !byID("saved"); // a page from a file has its map in it

// saveMap hands the map that is shown to the browser as a file.
function saveMap() {
	if (!state.model) {
		return;
	}
	const { map } = state.model;
	const address = URL.createObjectURL(new Blob([JSON.stringify(map, null, 1)], { type: "application/json" }));
	const name = `isle-${map.host}-${map.taken}`.replace(/[^A-Za-z0-9.-]+/g, "-");
	make("a", { href: address, download: `${name}.json` }).click();
	setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// openMap shows a saved map. The server draws it, and sees to it that it is one.
async function openMap(file) {
	try {
		if (file.size > 64 << 20) {
			throw new Error("it has more than 64 MiB");
		}
		const text = await file.text();
		const reply = await fetch(`/draw${widthWanted()}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: text });
		const answer = await reply.text();
		if (!reply.ok) {
			throw new Error(answer.trim());
		}
		showSaved(JSON.parse(text), answer);
	} catch (error) {
		complain(`${visible(file.name)} cannot be shown: ${visible(error.message)}`);
	}
}

function showSaved(map, picture) {
	stopListening("saved");
	state.saved = true;
	details.clear();
	closePanel();
	tellSaved(map);
	view.whole = true;
	showMap(map, picture);
	say(byID("banner-text").textContent);
}

// tellSaved says of what and when the map is.
function tellSaved(map) {
	const taken = new Date(map.taken);
	const when = Number.isNaN(taken.getTime()) ? "at an unknown time" : taken.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
	byID("banner-text").textContent = `Saved snapshot of ${visible(map.host)} taken ${when}`;
	byID("back").hidden = !served;
	byID("banner").hidden = false;
}

function backToLive() {
	state.saved = false;
	byID("banner").hidden = true;
	closePanel();
	view.whole = true;
	have = 0;
	listen();
	byID("live").focus();
}

byID("save").addEventListener("click", saveMap);
byID("back").addEventListener("click", backToLive);
byID("open").addEventListener("click", () => byID("file").click());
byID("file").addEventListener("change", (event) => {
	if (event.target.files[0]) {
		openMap(event.target.files[0]);
	}
	event.target.value = ""; // so that the same file can be opened again
});

if (served) {
	const holds = (event) => event.dataTransfer?.types.includes("Files");
	window.addEventListener("dragover", (event) => {
		if (holds(event)) {
			event.preventDefault();
			byID("drop").hidden = false;
		}
	});
	window.addEventListener("dragleave", (event) => {
		byID("drop").hidden = event.relatedTarget === null;
	});
	window.addEventListener("drop", (event) => {
		event.preventDefault();
		byID("drop").hidden = true;
		if (event.dataTransfer.files[0]) {
			openMap(event.dataTransfer.files[0]);
		}
	});
}
