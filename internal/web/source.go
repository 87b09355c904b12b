package web

import (
	"context"

	"isle/internal/atlas"
)

// Source is the host that a server shows. Each function is called by one goroutine
// at a time, but both may run at the same time. Map is not called more often than
// a host can bear. What they return is not changed afterwards.
type Source struct {
	// Map makes a map of the host.
	Map func(ctx context.Context) (*atlas.Map, error)
	// Detail looks closely at an island of the newest map. A server without it
	// shows only what the map says.
	Detail func(ctx context.Context, island string) (*Detail, error)
}

// Detail is what takes too long to find out about every island at every scan.
type Detail struct {
	Processes  []Process `json:"processes"`
	Difference []Section `json:"difference"`
	// Audit is nil if there is none, as for the host itself.
	Audit *Audit `json:"audit,omitempty"`
}

// Process is a process of an island, with its user's name if it has one.
type Process struct {
	PID     int    `json:"pid"`
	User    string `json:"user"`
	Command string `json:"command"`
}

// Section is how an island differs from the host in one respect.
type Section struct {
	// Title is the name of a kind of namespace if Namespace, else "credentials"
	// and the like.
	Title     string `json:"title"`
	Namespace bool   `json:"namespace"`
	// Shared says that it is the host's namespace, or that nothing differs.
	Shared bool `json:"shared"`
	// Hidden says that it could not be read.
	Hidden bool  `json:"hidden,omitempty"`
	Rows   []Row `json:"rows"`
}

// Row is a difference: what the island has Here, and the host There. One of them
// may be empty.
type Row struct {
	Name  string `json:"name"`
	Here  string `json:"here"`
	There string `json:"there"`
}

// Audit is how exposed an island is.
type Audit struct {
	Score float64 `json:"score"` // from 0, which is sealed, to 10, the host itself
	Grade string  `json:"grade"` // a word for the score
	// Judged is how much could be told, from 0 to 1; the score is of that part.
	Judged   float64   `json:"judged"`
	Findings []Finding `json:"findings"` // heaviest first
	Passed   []Finding `json:"passed"`
	Unknown  []Finding `json:"unknown"`
}

// Finding is a way in which an island is open, or could be.
type Finding struct {
	ID       string  `json:"id"`
	Title    string  `json:"title"`
	Evidence string  `json:"evidence"`
	Why      string  `json:"why"` // it matters
	Remedy   string  `json:"remedy"`
	Weight   float64 `json:"weight"` // what it adds to the score
}
