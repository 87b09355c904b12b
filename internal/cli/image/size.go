package image

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Size reads an option's argument as a number of bytes: digits, and K, M, G or T
// for powers of 1024. It is 0 if the option was not given.
func (c *Command) Size(option string) (int64, error) {
	if !c.Has(option) {
		return 0, nil
	}
	s := c.Value(option)
	digits := strings.TrimRight(strings.ToUpper(s), "BI")
	shift := 0
	if n := len(digits); n > 0 {
		if i := strings.IndexByte("KMGT", digits[n-1]); i >= 0 {
			shift, digits = 10*(i+1), digits[:n-1]
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 || n > math.MaxInt64>>shift {
		return 0, fmt.Errorf("--%s takes a size, such as 500M or 20G, not '%s'", option, s)
	}
	return n << shift, nil
}
