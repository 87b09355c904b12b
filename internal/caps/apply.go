package caps

import (
	"errors"
	"fmt"
)

// Apply returns base changed as the options --cap-add and --cap-drop of container
// engines say: dropping ALL starts from nothing, adding ALL starts from All, and
// then the single names count. A name in both lists is refused, because engines
// differ in which of the two wins.
func Apply(base Set, add, drop []string) (Set, error) {
	plus, err := parseNames(add)
	if err != nil {
		return 0, fmt.Errorf("capabilities to add: %w", err)
	}
	minus, err := parseNames(drop)
	if err != nil {
		return 0, fmt.Errorf("capabilities to drop: %w", err)
	}
	both := plus & minus
	switch {
	case plus&All == All && minus&All == All:
		return 0, errors.New("all capabilities are both added and dropped")
	case plus&All == All || minus&All == All:
		// ALL with exceptions: one list holds everything, the other is what it spares.
	case both != 0:
		return 0, fmt.Errorf("capability both added and dropped: %s", both)
	}
	if plus&All == All {
		return base.With(plus).Without(minus), nil
	}
	return base.Without(minus).With(plus), nil
}
