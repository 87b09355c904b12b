package table

import "strings"

// ASCII reports whether the locale leaves only ASCII to be printed: whether its
// character set is another than UTF-8. The first of LC_ALL, LC_CTYPE and LANG
// that says something is the locale (locale(7)).
func ASCII(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := getenv(name); locale != "" {
			return !isUTF8(locale)
		}
	}
	return true
}

// isUTF8 looks at the middle of a name such as ca_ES.UTF-8@valencia, which may
// be spelt utf8 as well.
func isUTF8(locale string) bool {
	_, charset, _ := strings.Cut(locale, ".")
	charset, _, _ = strings.Cut(charset, "@")
	return strings.EqualFold(strings.ReplaceAll(charset, "-", ""), "utf8")
}
