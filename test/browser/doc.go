// Package browser tests the page of the map where it is used: it opens the page
// of package web in a headless Chromium, and a page of package page from a file,
// and does there what a person does.
//
// It is for tests only and must never be imported. It rests on the Chrome DevTools
// Protocol, and skips where no Chromium is to be found.
package browser
