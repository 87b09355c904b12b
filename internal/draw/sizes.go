package draw

import "isle/ns"

// sizes are the measures of a card, in pixels from its corner.
type sizes struct {
	title, mark                       *font
	pad, nest, gap, rowGap            int // within a card, around those in it, between cards
	titleY, subY, badgeY, portY       int // baselines, and the badges' upper edge; 0 if left out
	badgeH, badgeIn, badgeGap, corner int
	plugY                             int // where links end
	leafH, shortH, keptH, keptGap     int // shortH of a card that names no interface
	leafW                             int // at least
	badgeW                            [len(badges)]int
}

// What a card says depends on how many there are.
const (
	roomy  = 100 // up to so many islands have a second line
	wordy  = 60  // up to so many links are named
	linked = 60  // up to so many bonds are drawn as lines
)

// Cards with a second line, and cards of which hundreds go on a page.
var (
	roomyCard = sizes{title: &titleFont, mark: &badgeFont, pad: 14, nest: 9, gap: 24, rowGap: 18, titleY: 25, subY: 43,
		badgeY: 54, badgeH: 18, badgeIn: 5, badgeGap: 4, corner: 10, plugY: 20, leafH: 86, shortH: 86, keptH: 54, keptGap: 10}
	denseCard = sizes{title: &denseFont, mark: &speckFont, pad: 8, nest: 6, gap: 14, rowGap: 8, titleY: 17,
		badgeY: 24, badgeH: 15, badgeIn: 3, badgeGap: 2, corner: 6, plugY: 12, leafH: 47, shortH: 47, keptH: 42, keptGap: 6}
)

// fit chooses the sizes.
func fit(s *scene) *sizes {
	z := roomyCard
	if len(s.nodes) > roomy {
		z = denseCard
	} else if len(s.wires) > 0 && len(s.wires) <= wordy {
		z.portY, z.plugY, z.leafH = 90, 86, 104
		for _, k := range s.kept {
			if len(k.ends) > 0 {
				z.keptH = 70
			}
		}
	}
	z.fitBadges(s.deepest(ns.User), s.deepest(ns.PID))
	return &z
}

// fitBadges gives each kind a column, in which the deepest mark has room.
func (z *sizes) fitBadges(user, pid int) {
	z.leafW = 2*z.pad - z.badgeGap
	for i, b := range badges {
		label := b.label
		switch b.kind {
		case ns.User:
			label += depthMark(user)
		case ns.PID:
			label += depthMark(pid)
		}
		z.badgeW[i] = z.mark.width(label) + 2*z.badgeIn
		z.leafW += z.badgeW[i] + z.badgeGap
	}
}

// deepest is how deep the islands' namespaces of a kind lie.
func (s *scene) deepest(kind ns.Kind) int {
	deepest := 0
	for _, n := range s.nodes {
		if n.own(kind) {
			deepest = max(deepest, s.depth(n.NS[kind]))
		}
	}
	return deepest
}
