package draw

import (
	"strings"
	"unicode/utf8"
)

// font is a class of text: its size is in tenths of a pixel.
type font struct {
	class string
	size  int
	bold  bool
}

// Fonts: the style is written from this table, and widths are estimated by it.
var (
	hostFont   = font{"f-host", 280, true}
	countFont  = font{"f-count", 220, true}
	titleFont  = font{"f-title", 140, true}
	noteFont   = font{"f-note", 120, false}
	quietFont  = font{"f-quiet", 110, false}
	portFont   = font{"f-port", 100, false}
	badgeFont  = font{"f-badge", 95, true}
	denseFont  = font{"f-dense", 115, true}
	speckFont  = font{"f-speck", 85, true}
	numberFont = font{"f-number", 80, true}
	fonts      = [...]*font{&hostFont, &countFont, &titleFont, &noteFont, &quietFont, &portFont,
		&badgeFont, &denseFont, &speckFont, &numberFont}
)

// shapes are widths of ASCII characters in hundredths of the font's size, by
// DejaVu Sans: the widest of those that system-ui may turn out to be.
var shapes = [...]struct {
	of    string
	width int
}{
	{"ijlI|!'.,:; ", 34},
	{"frt()[]{}-/\\\"`1", 47},
	{"mwMW@%", 99},
	{"ABCDEFGHKLNOPQRSTUVXYZ+=<>~#^&", 76},
}

// ellipsis stands for what was cut, and is this wide.
const ellipsis, ellipsisWidth = '…', 100

// width estimates the pixels that text takes, rather too many.
func (f *font) width(text string) int {
	sum := 0
	for _, r := range text {
		sum += f.rune(r)
	}
	return (sum + 999) / 1000
}

// rune returns the width of a character in thousandths of a pixel.
func (f *font) rune(r rune) int {
	w := runeWidth(r) * f.size / 10
	if f.bold {
		w += w / 9
	}
	return w * 10
}

func runeWidth(r rune) int {
	switch {
	case r == '·':
		return 34
	case r == ellipsis:
		return ellipsisWidth
	case r >= 0x1100:
		return 105
	case r >= utf8.RuneSelf:
		return 75
	}
	for _, s := range shapes {
		if strings.IndexByte(s.of, byte(r)) >= 0 {
			return s.width
		}
	}
	return 64
}

// cut shortens text to room pixels.
func (f *font) cut(text string, room int) string {
	sum, fits := 0, 0
	limit := room * 1000
	for i, r := range text {
		if sum+f.rune(ellipsis) <= limit {
			fits = i
		}
		if sum += f.rune(r); sum > limit {
			return text[:fits] + string(ellipsis)
		}
	}
	return text
}

// clip keeps a tooltip or a label for a screen reader from being endless.
func clip(text string) string {
	const most = 300
	n := 0
	for i := range text {
		if n++; n > most {
			return text[:i] + string(ellipsis)
		}
	}
	return text
}
