package checkpoint

import (
	"fmt"
	"strconv"
	"strings"
)

// Address is where a page server listens. Without a port there is none.
type Address struct {
	Host string
	Port uint16
}

// ParseAddress reads HOST:PORT; a host that has colons stands in brackets.
func ParseAddress(text string) (Address, error) {
	at := strings.LastIndexByte(text, ':')
	if at < 0 {
		return Address{}, fmt.Errorf("%q is no address: it has the form HOST:PORT", text)
	}
	port, err := strconv.ParseUint(text[at+1:], 10, 16)
	if err != nil || port == 0 {
		return Address{}, fmt.Errorf("%q is no port, which is a number from 1 to 65535", text[at+1:])
	}
	host := text[:at]
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	} else if strings.IndexByte(host, ':') >= 0 {
		return Address{}, fmt.Errorf("%q is no host: one that has colons stands in brackets", host)
	}
	return Address{host, uint16(port)}, nil
}
