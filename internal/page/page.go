package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"

	"isle/internal/atlas"
	"isle/internal/draw"
)

// Live writes the page for a server that has Style at /style.css, Script at
// /script.js and Theme at /theme.js, and the map at /map.
func Live(w io.Writer) error {
	return write(w, map[string]string{
		"title":   "isle",
		"policy":  "", // the server says it, in a header
		"style":   `<link rel="stylesheet" href="/style.css">`,
		"theme":   `<script src="/theme.js"></script>`,
		"picture": "",
		"data":    "",
		"script":  `<script type="module" src="/script.js"></script>`,
	})
}

// File writes one HTML document that has everything in it: the picture of a map,
// the map as JSON, style and script. It shows the picture without the script too.
func File(w io.Writer, m *atlas.Map) error {
	var svg bytes.Buffer
	if err := draw.SVG(&svg, m, draw.Options{Embedded: true}); err != nil {
		return fmt.Errorf("draw the map: %w", err)
	}
	data, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write the map as JSON: %w", err)
	}
	nonce := nonce()
	return write(w, map[string]string{
		"title":   escape(m.Host) + " – isle",
		"policy":  `<meta http-equiv="Content-Security-Policy" content="` + policy(nonce) + `">`,
		"style":   "<style>" + Style() + "</style>",
		"theme":   `<script nonce="` + nonce + `">` + Theme() + "</script>",
		"picture": svg.String(),
		"data":    `<script type="application/json" id="saved">` + inert(data) + "</script>",
		"script":  `<script type="module" nonce="` + nonce + `">` + Script() + "</script>",
	})
}

// write puts parts in the places that page.html has for them: <!--name-->.
func write(w io.Writer, parts map[string]string) error {
	rest := file("page.html")
	for {
		before, after, found := strings.Cut(rest, "<!--")
		if _, err := io.WriteString(w, before); err != nil || !found {
			return err
		}
		name, after, _ := strings.Cut(after, "-->")
		if _, err := io.WriteString(w, parts[name]); err != nil {
			return err
		}
		rest = after
	}
}

// policy lets the file run its own script, and fetch nothing from anywhere.
func policy(nonce string) string {
	return "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types isle"
}

// nonce marks the file's own scripts. It is not known before the file is written,
// so nothing on the map can have it.
func nonce() string {
	return strconv.FormatUint(rand.Uint64(), 36) + strconv.FormatUint(rand.Uint64(), 36)
}

// inert is JSON that can end no script element and begin no comment in one.
// encoding/json writes <, > and & as \u003c and so on, and U+2028 and U+2029 too;
// this makes sure of it, whatever wrote the JSON.
func inert(data []byte) string {
	return strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "\u2028", `\u2028`, "\u2029", `\u2029`).Replace(string(data))
}

// escape is text as it may stand in HTML.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace(s)
}
