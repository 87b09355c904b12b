package table

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// wide are the ranges of characters that take two cells: East Asian width W or
// F in Unicode's EastAsianWidth.txt. Ranges run across code points that stand
// for nothing, which are never printed, and across marks, which take no cell.
var wide = [...][2]rune{
	{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec}, {0x23f0, 0x23f0}, {0x23f3, 0x23f3},
	{0x25fd, 0x25fe}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267f, 0x267f}, {0x2693, 0x2693}, {0x26a1, 0x26a1},
	{0x26aa, 0x26ab}, {0x26bd, 0x26be}, {0x26c4, 0x26c5}, {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea},
	{0x26f2, 0x26f3}, {0x26f5, 0x26f5}, {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b},
	{0x2728, 0x2728}, {0x274c, 0x274c}, {0x274e, 0x274e}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797},
	{0x27b0, 0x27b0}, {0x27bf, 0x27bf}, {0x2b1b, 0x2b1c}, {0x2b50, 0x2b50}, {0x2b55, 0x2b55}, {0x2e80, 0x303e},
	{0x3041, 0xa4c6}, {0xa960, 0xa97c}, {0xac00, 0xd7a3}, {0xf900, 0xfad9}, {0xfe10, 0xfe6b}, {0xff01, 0xff60},
	{0xffe0, 0xffe6}, {0x16fe0, 0x1b2fb}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e},
	{0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393},
	{0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4}, {0x1f3f8, 0x1f43e},
	{0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567},
	{0x1f57a, 0x1f57a}, {0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5},
	{0x1f6cc, 0x1f6cc}, {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6df}, {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc},
	{0x1f7e0, 0x1f7f0}, {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff}, {0x1fa70, 0x1faff},
	{0x20000, 0x3fffd},
}

// printable reports whether a character is anything but a control character, a
// separator of lines, a code point without a meaning, or one that turns the
// direction of what follows: with these a line can look as if it said something
// else (libsmartcols lets them through).
func printable(r rune) bool {
	if unicode.Is(unicode.Bidi_Control, r) {
		return false
	}
	return r >= ' ' && r <= '~' || unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs, unicode.Cf, unicode.Co)
}

// runeWidth returns how many cells a printable character takes: none if it is
// a mark on the one before it, a vowel or final of old Hangul, or invisible.
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me), r >= 0x1160 && r <= 0x11ff, r >= 0xd7b0 && r <= 0xd7fb:
		return 0
	case unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return 0
	}
	_, found := slices.BinarySearchFunc(wide[:], r, func(of [2]rune, r rune) int {
		if r < of[0] {
			return 1
		} else if r > of[1] {
			return -1
		}
		return 0
	})
	if found {
		return 2
	}
	return 1
}

// cells returns how many cells a printable text takes.
func cells(b []byte) int {
	_, width := cut(b, len(b)*2)
	return width
}

// cut returns how many bytes of a printable text fit into so many cells, and
// how many cells they fill: one less where a wide character finds no room.
func cut(b []byte, most int) (n, width int) {
	for n < len(b) {
		r, size, w := rune(b[n]), 1, 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(b[n:])
			w = runeWidth(r)
		}
		if width+w > most {
			break
		}
		n, width = n+size, width+w
	}
	return n, width
}
