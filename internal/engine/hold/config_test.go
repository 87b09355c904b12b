package hold

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"isle/internal/engine/logs"
)

// TestWords: a monitor is told all of a configuration.
func TestWords(t *testing.T) {
	c := &Config{
		ID: "abc", Dir: "/a b/c=d", Isle: "/isle", Terminal: true, Stdin: true, StdinOnce: true,
		Log:     logs.Options{Driver: logs.JSONFile, Path: "/a\nb", MaxSize: 1 << 40, MaxFile: 3, Tag: "a=b", ID: "abc", Name: "web"},
		Timeout: time.Second, Health: time.Minute,
	}
	for v, i := reflect.ValueOf(*c), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("this test says nothing of %s", v.Type().Field(i).Name)
		}
	}
	got, err := Parse(c.words())
	if err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%+v, %v; want %+v", got, err, c)
	}
	for _, word := range []string{"colour=red", "timeout=long", "log-max-file="} {
		if _, err := Parse(append(c.words(), word)); err == nil {
			t.Errorf("%q is taken", word)
		}
	}
	if _, err := Parse(nil); err == nil {
		t.Error("no words are taken")
	}
}

func TestEnvironment(t *testing.T) {
	all := []string{"PATH=/bin", "ISLE_IMAGES=/i", "XDG_DATA_HOME=/d", "AWS_SECRET=x", "HOME=/h", "LD_PRELOAD=y"}
	if got, want := environment(all), []string{"PATH=/bin", "ISLE_IMAGES=/i", "XDG_DATA_HOME=/d", "HOME=/h"}; !slices.Equal(got, want) {
		t.Errorf("%q; want %q", got, want)
	}
}

// TestAnswers: what isle's verbs say is read as it is meant, and rubbish is not.
func TestAnswers(t *testing.T) {
	if pid, f := ReadReport(Reported(12)); pid != 12 || f != nil {
		t.Errorf("%d, %v", pid, f)
	}
	if _, f := ReadReport(Refused(127, "why: not\nso")); f == nil || f.Status != 127 || f.Text != "why: not\nso" {
		t.Errorf("%v", f)
	}
	if after, again := ReadAgain(Again(1500*time.Millisecond) + "\n"); after != 1500*time.Millisecond || !again {
		t.Errorf("%v, %v", after, again)
	}
	if next, ok := ReadChecked(Checked("healthy", time.Minute) + "\n"); next != time.Minute || !ok {
		t.Errorf("%v, %v", next, ok)
	}
	for _, rubbish := range []string{"", NotAgain, "pid", "pid 0", "pid -1", "restart", "restart -1", "restart x", "failed", "failed x y", "healthy", "healthy 0"} {
		if pid, f := ReadReport(rubbish); f == nil {
			t.Errorf("%q is pid %d", rubbish, pid)
		}
		if after, again := ReadAgain(rubbish); again {
			t.Errorf("%q is again after %v", rubbish, after)
		}
		if next, ok := ReadChecked(rubbish); ok {
			t.Errorf("%q is again after %v", rubbish, next)
		}
	}
}
