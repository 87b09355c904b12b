// The colours: the system's, or light, or dark.

const themes = ["auto", "light", "dark"];

function setTheme(theme) {
	if (theme === "auto") {
		delete document.documentElement.dataset.theme;
	} else {
		document.documentElement.dataset.theme = theme;
	}
	byID("theme").dataset.now = theme;
	byID("theme").title = `Colours: ${theme}`;
	byID("theme-text").textContent = `Colours: ${theme}`;
}

byID("theme").addEventListener("click", () => {
	const theme = themes[(themes.indexOf(byID("theme").dataset.now) + 1) % themes.length];
	setTheme(theme);
	try {
		localStorage.setItem("isle-theme", theme);
	} catch {
		// A page from a file may have no storage: it forgets.
	}
});

setTheme(document.documentElement.dataset.theme ?? "auto");
