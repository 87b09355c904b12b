package ls

import (
	"fmt"
	"strconv"

	"isle/internal/island"
)

// choose leaves the islands that were asked for, by word and by kind.
func (o *Options) choose(c *island.Chart) ([]*island.Island, error) {
	wanted, err := o.named(c)
	if err != nil {
		return nil, err
	}
	var list []*island.Island
	for _, i := range c.Islands {
		if (wanted == nil || wanted[i.ID]) && (o.Kinds == 0 || i.Apart&o.Kinds != 0) {
			list = append(list, i)
		}
	}
	return list, nil
}

// named are the IDs of the islands that the words stand for and of all below
// them; nil if there are no words.
func (o *Options) named(c *island.Chart) (map[string]bool, error) {
	if len(o.Only) == 0 {
		return nil, nil
	}
	wanted := map[string]bool{}
	for _, word := range o.Only {
		found := false
		for _, i := range c.Islands {
			if is(c, i, word) {
				wanted[i.ID], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("no island is called '%s', and no process of that number is in one that can be seen", word)
		}
	}
	for _, i := range c.Islands { // each behind the one above it
		if wanted[i.Parent] {
			wanted[i.ID] = true
		}
	}
	return wanted, nil
}

// is says whether a word stands for an island; several may have one name.
func is(c *island.Chart, i *island.Island, word string) bool {
	if pid, err := strconv.Atoi(word); err == nil {
		return c.Of(pid) == i
	}
	return i.Is(word)
}
