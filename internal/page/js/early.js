// Sets the colours that were chosen before anything is painted in others.
try {
	const theme = localStorage.getItem("isle-theme");
	if (theme === "light" || theme === "dark") {
		document.documentElement.dataset.theme = theme;
	}
} catch {
	// A page from a file may have no storage; then the system's colours are right.
}
