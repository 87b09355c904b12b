package doctor

import (
	"encoding/json"
	"io"
)

// schema is the version of the form that JSON writes. Fields may be added to it;
// whatever else changes raises it.
const schema = 1

// JSON writes the report as one object: schema, kernel, machine, uid, ok (what
// ExitStatus 0 says) and rows, with the fields of Row.
func (r Report) JSON(w io.Writer) error {
	rows := r.Rows
	if rows == nil {
		rows = []Row{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Schema  int    `json:"schema"`
		Kernel  string `json:"kernel"`
		Machine string `json:"machine"`
		UID     int    `json:"uid"`
		OK      bool   `json:"ok"`
		Rows    []Row  `json:"rows"`
	}{schema, r.Kernel, r.Machine, r.UID, r.ExitStatus() == 0, rows})
}
