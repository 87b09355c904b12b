package browser

import (
	"fmt"
	"strconv"
	"time"

	"github.com/chromedp/chromedp"
)

// aim is a script that finds the first element of a selector and gives the place
// to click on, "x y", or what is in the way. It then notes in hit whether the next
// click is on such an element. chromedp asks for an element by a number, which the
// page has made worthless if it draws the element anew in between.
const aim = `((selector) => {
	const e = document.querySelector(selector);
	if (!e) return "there is none";
	e.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
	const r = e.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
	const top = document.elementFromPoint(x, y);
	if (!e.contains(top)) return "it is hidden by " + top?.cloneNode().outerHTML;
	window.hit = false;
	addEventListener("click", (click) => { window.hit = click.target.closest(selector) !== null; }, {capture: true, once: true});
	return x + " " + y;
})`

// click clicks on the first element of a selector, as a person does: where it is
// to be seen, and once more if it went from under the pointer.
func (b *tab) click(selector string) {
	b.t.Helper()
	where := ""
	for end := time.Now().Add(longest); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var x, y float64
		where = b.js(aim + `(` + strconv.Quote(selector) + `)`)
		if n, _ := fmt.Sscanf(where, "%g %g", &x, &y); n != 2 {
			continue
		}
		b.do(chromedp.MouseClickXY(x, y))
		if b.js(`window.hit`) != "false" { // a click may also have led to another page
			return
		}
	}
	b.t.Fatalf("click on %s: %s", selector, where)
}
