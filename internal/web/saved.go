package web

import (
	"errors"
	"mime"
	"net/http"

	"isle/internal/atlas"
)

// maxBody is how long a saved map may be.
const maxBody = 64 << 20

// theDrawing is the picture of the map that is in the request.
func theDrawing(s *Server, r *http.Request) (string, []byte, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != jsonType {
		return "", nil, failure{http.StatusUnsupportedMediaType, "a saved map is " + jsonType}
	}
	if !s.drawings.try() {
		return "", nil, failure{http.StatusServiceUnavailable, "other maps are being drawn"}
	}
	defer s.drawings.free()
	m, err := atlas.Read(http.MaxBytesReader(nil, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return "", nil, failure{http.StatusRequestEntityTooLarge, "a saved map has at most 64 MiB"}
	} else if err != nil {
		return "", nil, failure{http.StatusUnprocessableEntity, err.Error()}
	}
	svg, err := picture(m, widthFor(r))
	return svgType, svg, err
}
