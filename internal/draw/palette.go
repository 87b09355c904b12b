package draw

import "strings"

// tone is a colour by day and by night.
type tone struct{ name, light, dark string }

// palette has every colour of a drawing. Those of the kinds keep the hues and the
// steps in lightness of Okabe and Ito's set, which the colour-blind can tell apart.
var palette = [...]tone{
	{"sea", "#d3e6ef", "#0a151d"},
	{"wave", "#c3dbe7", "#10202b"},
	{"shelf", "#e6f1f5", "#0f202b"},
	{"coast", "#a9cad9", "#2a4757"},
	{"edge", "#7d9fb0", "#4b6878"},
	{"shoal", "#d5e8ef", "#15303d"},
	{"land", "#fffdf8", "#1a2c37"},
	{"inland", "#f5f2e8", "#223845"},
	{"shore", "#c9bfa4", "#466272"},
	{"ink", "#16262f", "#eaf2f5"},
	{"quiet", "#4c5d66", "#a9bcc6"},
	{"faint", "#c5ccc9", "#42586a"},
	{"wire", "#00694c", "#4cc9a0"},
	{"bus", "#ffffff", "#0d2a26"},
	{"focus", "#0b57d0", "#8ab8ff"},
	{"warn", "#fff0c7", "#3b2f10"},
	{"warn-ink", "#6a4500", "#ffd98a"},
	{"user", "#2b6cb0", "#5ea3e6"}, {"user-ink", "#ffffff", "#08131c"},
	{"pid", "#de7334", "#e88a52"}, {"pid-ink", "#1d0f05", "#1d0f05"},
	{"net", "#35a57f", "#45b890"}, {"net-ink", "#041a12", "#041a12"},
	{"mount", "#d08bb4", "#d695bd"}, {"mount-ink", "#240f1c", "#240f1c"},
	{"uts", "#e3a530", "#e6ae45"}, {"uts-ink", "#201503", "#201503"},
	{"ipc", "#72bbe3", "#84c6ea"}, {"ipc-ink", "#05202e", "#05202e"},
	{"cgroup", "#e2d765", "#e0d772"}, {"cgroup-ink", "#1f1c04", "#1f1c04"},
	{"time", "#5d6a74", "#9aa8b3"}, {"time-ink", "#ffffff", "#0b1217"},
	{"share-0", "#8a1f62", "#ff9ad5"}, {"share-1", "#1b4fa0", "#9cc3ff"},
	{"share-2", "#8c3a00", "#ffb27d"}, {"share-3", "#4b2aa5", "#c9b3ff"},
	{"share-4", "#00605f", "#6fe0dc"}, {"share-5", "#5f4d00", "#ecd24f"},
	{"share-ink", "#ffffff", "#0b1217"},
}

// accents is how many share-N the palette has.
const accents = 6

// variables declares the palette as CSS custom properties.
func variables(dark bool) string {
	var b strings.Builder
	for _, t := range palette {
		b.WriteString("--" + t.name + ":" + t.in(dark) + ";")
	}
	return b.String()
}

func (t tone) in(dark bool) string {
	if dark {
		return t.dark
	}
	return t.light
}
