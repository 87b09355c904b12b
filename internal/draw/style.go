package draw

import (
	"fmt"
	"strings"
)

// rules are the style. $name is a colour of the palette.
const rules = `
svg.isle-map{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;background:$sea}
.isle-map text{fill:$ink}
.isle-map .sea{fill:$sea}
.isle-map .wave{fill:none;stroke:$wave;stroke-width:1.4;stroke-linecap:round}
.isle-map .shelf{fill:none;stroke:$coast;stroke-width:1.2}
.isle-map .shelf.far{stroke-opacity:.45}
.isle-map .shoal{fill:$shoal}
.isle-map .land{fill:$land;stroke:$shore;stroke-width:1.2}
.isle-map .land.inland{fill:$inland}
.isle-map .sort-host .land{fill:$shelf;stroke:$coast;stroke-width:2}
.isle-map .sort-unit .land{stroke-width:1;stroke:$faint}
.isle-map .sort-sandbox .land{stroke-dasharray:6 3.5}
.isle-map .glyph{fill:none;stroke:$quiet;stroke-width:1.4;stroke-linejoin:round;stroke-linecap:round}
.isle-map .f-quiet,.isle-map .f-note,.isle-map .f-port{fill:$quiet}
.isle-map .f-port{font-variant-numeric:tabular-nums}
.isle-map .mid{text-anchor:middle}
.isle-map .end{text-anchor:end}
.isle-map .badge rect{stroke-width:1}
.isle-map .shared rect{fill:none;stroke:$faint}
.isle-map .shared text{fill:$quiet;font-weight:400}
.isle-map g.badge text.f-number{fill:$share-ink}
.isle-map .link{fill:none;stroke:$wire;stroke-width:2;stroke-linecap:round}
.isle-map .link.macvlan,.isle-map .link.ipvlan{stroke-dasharray:5 3}
.isle-map .plug{fill:$wire}
.isle-map .bar{fill:none;stroke:$wire;stroke-width:5;stroke-linecap:round}
.isle-map .bus rect{fill:$bus;stroke:$wire;stroke-width:1.4}
.isle-map .share{fill:none;stroke-width:2;stroke-linecap:round}
.isle-map .hold{fill:none;stroke:$coast;stroke-dasharray:2 5;stroke-linecap:round;stroke-width:1.6}
.isle-map .kept rect.box{fill:$shelf;stroke:$edge;stroke-width:1;stroke-dasharray:3 3}
.isle-map .warn{fill:$warn;stroke:$warn-ink;stroke-opacity:.4}
.isle-map .warned{fill:$warn-ink}
.isle-map [tabindex]{cursor:pointer}
.isle-map [tabindex]:hover>.land,.isle-map .kept:hover>rect.box{stroke:$focus}
.isle-map [tabindex]:focus{outline:none}
.isle-map [tabindex]:focus-visible>.land,.isle-map .kept:focus-visible>rect.box{stroke:$focus;stroke-width:3;stroke-dasharray:none}
`

// style returns the style sheet: light, dark where the reader's system is, and
// either where an element around the drawing says so.
func style() string {
	var b strings.Builder
	const sheet = "svg.isle-map{%s}\n@media (prefers-color-scheme:dark){svg.isle-map{%s}}\n" +
		"[data-theme=\"light\"] svg.isle-map{%[1]s}\n[data-theme=\"dark\"] svg.isle-map{%[2]s}"
	fmt.Fprintf(&b, sheet, variables(false), variables(true))
	b.WriteString(colour(rules))
	for _, f := range fonts {
		weight := 400
		if f.bold {
			weight = 600
		}
		fmt.Fprintf(&b, ".isle-map .%s{font-size:%d.%dpx;font-weight:%d}\n", f.class, f.size/10, f.size%10, weight)
	}
	for _, k := range badges {
		name := k.kind.String()
		b.WriteString(colour(fmt.Sprintf(".isle-map .own[data-kind=%s] rect{fill:$%[1]s}.isle-map .own[data-kind=%[1]s] text{fill:$%[1]s-ink}\n", name)))
	}
	for i := range accents {
		const rule = ".isle-map .s%d{stroke:$share-%[1]d}.isle-map .badge .number.s%[1]d{fill:$share-%[1]d;stroke:none}.isle-map .ring%[1]d rect{stroke:$share-%[1]d;stroke-width:2}\n"
		b.WriteString(colour(fmt.Sprintf(rule, i)))
	}
	return b.String()
}

// colour replaces $name: a declaration is said twice, first with the light colour
// itself, for renderers that know no custom properties (librsvg, Inkscape).
func colour(css string) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(css, '$')
		if at < 0 {
			b.WriteString(css)
			return b.String()
		}
		end := at + strings.IndexAny(css[at:], ";}")
		property := strings.LastIndexAny(css[:at], ";{") + 1
		name := css[at+1 : end]
		b.WriteString(css[:at] + light(name) + ";" + css[property:at] + "var(--" + name + ")")
		css = css[end:]
	}
}

func light(name string) string {
	for _, t := range palette {
		if t.name == name {
			return t.light
		}
	}
	return ""
}
