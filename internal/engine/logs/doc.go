// Package logs keeps what containers print, and reads it again. A log is a file
// of JSON, a line each, in docker's form; or it is in systemd's journal, with
// podman's fields; or there is none.
//
// The half that writes is part of every container's monitor: it must stay small,
// and makes its JSON by hand. The package knows neither commands nor engines. It
// rests on docker's json-file driver, systemd.journal-fields(7) and systemd's
// "Native Journal Protocol".
package logs
