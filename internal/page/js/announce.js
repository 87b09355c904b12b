// What the page says: aloud, for who does not see it, and in a corner.

const quiet = 3000; // milliseconds between two announcements
const news = { started: [], ended: [] };
let speaking = 0;

// say has a screen reader say something.
function say(text) {
	byID("said").textContent = text;
}

// tell gathers islands that came and went, and says them together.
function tell(started, ended) {
	news.started.push(...started);
	news.ended.push(...ended);
	if (!speaking && news.started.length + news.ended.length > 0) {
		speakNews();
	}
}

function speakNews() {
	const parts = ["started", "ended"].filter((what) => news[what].length > 0).map((what) => `${names(news[what])} ${what}`);
	news.started = [];
	news.ended = [];
	speaking = 0;
	if (parts.length > 0) {
		say(parts.join("; "));
		speaking = setTimeout(speakNews, quiet);
	}
}

// names lists a few islands, and counts many.
function names(islands) {
	if (islands.length > 3) {
		return count(islands.length, "sandbox", "sandboxes");
	}
	return islands.map((island) => `${sortName(island)} ${island.name}`).join(", ");
}

let fading = 0;

// complain shows an error until the next one, or for a while.
function complain(text) {
	const toast = byID("toast");
	toast.textContent = text;
	toast.hidden = false;
	clearTimeout(fading);
	fading = setTimeout(() => (toast.hidden = true), 8000);
}
