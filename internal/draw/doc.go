// Package draw makes a picture of a map: one SVG document that a browser, a page
// or a README shows as it is, light or dark, and the same for graphviz(1).
//
// It knows what a map says and where things lie on paper. It reads nothing from
// the host, and never imports what makes a map, serves it or answers to a person.
// Names on a map come from processes that may be hostile: only the pen writes them.
// It rests on SVG 1.1 with CSS custom properties, and on WCAG 2.1 for contrast.
package draw
