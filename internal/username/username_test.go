package username

import "testing"

func TestOf(t *testing.T) {
	n := Names{7: "remembered"}
	for uid, want := range map[uint32]string{0: "root", 7: "remembered", 4242424242: "4242424242"} {
		if got := n.Of(uid); got != want || n[uid] != want {
			t.Errorf("%d: %q, want %q", uid, got, want)
		}
	}
}
