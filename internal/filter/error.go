package filter

import "fmt"

// SyntaxError is a text that is no expression.
type SyntaxError struct {
	Offset int    // in bytes, from 0; the length of the text if that ends too early
	Text   string // what is wrong, without the place
}

// Error is one line, in which the place counts from 1.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at column %d", e.Text, e.Offset+1) }

// UnknownColumnError is an expression that is well formed so far but asks for a
// column that there is not.
type UnknownColumnError struct {
	Name string // as it was written
}

func (e *UnknownColumnError) Error() string { return "unknown column: " + e.Name }
