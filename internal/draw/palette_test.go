package draw

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

// luminance is the relative luminance of WCAG 2.1.
func luminance(hex string) float64 {
	part := func(at int) float64 {
		n, err := strconv.ParseUint(hex[at:at+2], 16, 8)
		if err != nil {
			panic(err)
		}
		if c := float64(n) / 255; c > 0.03928 {
			return math.Pow((c+0.055)/1.055, 2.4)
		} else {
			return c / 12.92
		}
	}
	return 0.2126*part(1) + 0.7152*part(3) + 0.0722*part(5)
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// pairs are a colour, what it lies on, and the least contrast of WCAG's level AA:
// 4.5 for text, 3 for lines.
func pairs() (all [][3]string) {
	for _, ground := range []string{"sea", "wave", "shelf", "land", "inland", "bus"} {
		all = append(all, [3]string{"ink", ground, "4.5"}, [3]string{"quiet", ground, "4.5"})
	}
	for _, ground := range []string{"shelf", "land", "inland"} {
		all = append(all, [3]string{"wire", ground, "3"}, [3]string{"focus", ground, "3"})
		for i := range accents {
			all = append(all, [3]string{fmt.Sprintf("share-%d", i), ground, "3"})
		}
	}
	for _, b := range badges {
		all = append(all, [3]string{b.kind.String() + "-ink", b.kind.String(), "4.5"})
	}
	for i := range accents {
		all = append(all, [3]string{"share-ink", fmt.Sprintf("share-%d", i), "4.5"})
	}
	return append(all, [3]string{"warn-ink", "warn", "4.5"})
}

func TestContrast(t *testing.T) {
	for _, dark := range []bool{false, true} {
		tones := map[string]string{}
		for _, tone := range palette {
			tones[tone.name] = tone.in(dark)
		}
		for _, p := range pairs() {
			least, _ := strconv.ParseFloat(p[2], 64)
			if got := contrast(tones[p[0]], tones[p[1]]); got < least {
				t.Errorf("dark %v: %s on %s has a contrast of %.2f, want %s", dark, p[0], p[1], got, p[2])
			}
		}
	}
}

// TestKindsDiffer holds that no two kinds look alike: in hue or in lightness.
func TestKindsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range badges {
		if c := light(b.kind.String()); c == "" || seen[c] || seen[b.label] {
			t.Errorf("%s has no colour or label of its own", b.kind)
		} else {
			seen[c], seen[b.label] = true, true
		}
	}
}

func TestStyleKnowsItsColours(t *testing.T) {
	css := style()
	for _, rest := range strings.Split(css, "var(--")[1:] {
		name, _, _ := strings.Cut(rest, ")")
		if light(name) == "" {
			t.Errorf("the style uses a colour %q that the palette has not", name)
		}
	}
	if strings.ContainsAny(css, "$<&") || strings.Contains(css, "%!") {
		t.Errorf("the style is not finished:\n%s", css)
	}
	for _, scheme := range []string{"@media (prefers-color-scheme:dark){", `[data-theme="dark"] svg.isle-map{`, `[data-theme="light"] svg.isle-map{`} {
		if !strings.Contains(css, scheme) {
			t.Errorf("the style has no %s", scheme)
		}
	}
}
