package resources

import (
	"slices"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// The order and the access are those that runtime-tools reads back.
func TestDevicesAsSaid(t *testing.T) {
	number := func(n int64) *int64 { return &n }
	rules, err := deviceRules(&specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{
		{Access: "rwm"},
		{Allow: true, Type: "c", Major: number(10), Minor: number(229), Access: "rwm"},
		{Allow: true, Type: "b", Major: number(8), Minor: number(20), Access: "r"},
		{Allow: true, Type: "b", Major: number(7), Minor: number(0), Access: "r"},
		{Allow: true, Type: "b", Major: number(8), Minor: number(20), Access: "w"},
		{Allow: true, Type: "b", Major: number(8), Access: "r"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := listOf(rules)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range l.exceptions[:min(4, len(l.exceptions))] {
		got = append(got, e.String())
	}
	want := []string{"c 10:229 rwm", "b 8:20 rw", "b 7:0 r", "b 8:* r"}
	if l.allow || !slices.Equal(got, want) {
		t.Errorf("got %v, %q, want %q and what every container may", l.allow, got, want)
	}
}
