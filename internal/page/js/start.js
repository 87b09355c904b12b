// What the page does first.

if (served) {
	byID("live").hidden = byID("open").hidden = false;
	byID("live").addEventListener("click", togglePause);
	document.addEventListener("visibilitychange", onVisibility);
	listen();
} else {
	const map = JSON.parse(byID("saved").textContent);
	state.saved = true;
	tellSaved(map);
	showMap(map, "");
	fit();
}
