package lsns

import (
	"strconv"

	"isle/internal/filter"
)

// choice is the filter expression; nil chooses all rows.
type choice struct{ *filter.Expr }

func parseFilter(text string) (*choice, error) {
	if text == "" {
		return nil, nil
	}
	expr, err := filter.Parse(text, func(name string) bool { _, ok := columnOf(name); return ok })
	if err != nil {
		return nil, problem("failed to parse \"" + text + "\": " + err.Error())
	}
	return &choice{expr}, nil
}

// among are the rows of a list for which the expression holds.
func (c *choice) among(v *view, list []*row) []*row {
	if c == nil {
		return list
	}
	var chosen []*row
	for _, r := range list {
		if c.Match(filtered{v, r}) {
			chosen = append(chosen, r)
		}
	}
	return chosen
}

// filtered is a row as an expression sees it, whose columns need not be shown.
type filtered struct {
	v *view
	r *row
}

func (f filtered) Value(name string) filter.Value {
	c, _ := columnOf(name)
	text, ok := f.v.cell(c, f.r)
	if !ok {
		return filter.None()
	}
	if columnTable[c].number {
		if n, err := strconv.ParseUint(text, 10, 64); err == nil {
			return filter.Int(n)
		}
	}
	return filter.String(text)
}
