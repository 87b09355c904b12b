// Package page has the page of a map: its HTML, CSS and JavaScript, embedded. It
// writes a map as one file that shows itself without a server, and gives package
// web the parts of the same page that is live.
//
// It is in the front command, whose start is counted in microseconds: it must
// never import net/http or a template engine, and does no work in init. Names of
// processes are hostile: they come into the page as JSON and leave it as text,
// never as markup. It rests on HTML, on WAI-ARIA 1.2, and on package draw.
package page
