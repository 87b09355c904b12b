package containers

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"isle/internal/cli/show"
	"isle/internal/cli/verb"
	"isle/internal/engine"
	"isle/internal/getopt"
)

// What isle secret is for.
const (
	SecretAbout = `Look after secrets: texts that containers may read, and that are in no image. isle
run --secret NAME has a container read one.`
	SecretExample = `pass db | isle secret create db -
isle run --secret db postgres`
)

// SecretMembers are the verbs of isle secret.
func SecretMembers() []verb.Member {
	return []verb.Member{
		verb.MemberOf(secretCreateVerb(), "Keep a secret", nil, secretCreate),
		verb.MemberOf(newVerb("secret exists", "SECRET", "Say by the exit status whether a secret is there: 0, or 1 if not.", []getopt.Option{verb.Help}, 1, 1), "Say whether a secret is there", SecretNames, secretExists),
		verb.MemberOf(secretInspectVerb(), "Print what is known of secrets, but not what they are", SecretNames, secretInspect),
		verb.MemberOf(secretLsVerb(), "List secrets", nil, secretLs),
		verb.MemberOf(secretRmVerb(), "Remove secrets", SecretNames, secretRm),
	}
}

// Secret looks after secrets.
func Secret(prog string, args []string) int {
	return verb.Group(prog, "secret", SecretAbout, SecretMembers(), args)
}

// SecretNames are the names of all secrets, for completion.
func SecretNames() []string {
	e, err := engine.Open()
	if err != nil {
		return nil
	}
	list, _ := e.Secrets()
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	return names
}

func secretCreateVerb() *verb.Verb {
	return newVerb("secret create", "NAME FILE", "Keep the content of FILE, or of standard input if that is -, as a secret, and print\nits ID.", []getopt.Option{
		value("driver", 'd', "DRIVER", "file, the one there is"),
		flag("env", 0, "FILE is the name of a variable that holds it"),
		value("label", 'l', "KEY=VALUE", "note this; may be given several times"),
		flag("replace", 0, "remove a secret of that name first"), verb.Help,
	}, 2, 2)
}

func secretCreate(c *verb.Command) error {
	if d := c.Value("driver"); d != "" && d != "file" {
		return fmt.Errorf("--driver: there is no driver '%s': only file", d)
	}
	e, err := engine.Open()
	if err != nil {
		return err
	}
	text, err := secretText(c)
	if err != nil {
		return fmt.Errorf("secret create: %w", err)
	}
	s := &engine.Secret{Name: c.Words[0], Labels: labelsOf(c)}
	if old, err := e.Secret(s.Name); c.On("replace") && err == nil && old.Name == s.Name {
		if err := e.RemoveSecret(old); err != nil {
			return err
		}
	}
	if err := e.CreateSecret(s, text); err != nil {
		return err
	}
	fmt.Println(s.ID)
	return nil
}

// secretText reads a secret. More than is allowed is not read, and refused later.
func secretText(c *verb.Command) ([]byte, error) {
	where := c.Words[1]
	if c.On("env") {
		text, found := os.LookupEnv(where)
		if !found {
			return nil, fmt.Errorf("there is no variable %s", where)
		}
		return []byte(text), nil
	}
	f := os.Stdin
	if where != "-" {
		var err error
		if f, err = os.Open(where); err != nil {
			return nil, err
		}
		defer f.Close()
	}
	return io.ReadAll(io.LimitReader(f, engine.MostSecret+1))
}

func secretExists(c *verb.Command) error {
	e, err := engine.Open()
	if err == nil {
		_, err = e.Secret(c.Words[0])
	}
	if errors.Is(err, engine.ErrNoSecret) {
		return verb.Status(1)
	}
	return err
}

// SecretData is a secret as inspect prints it, with podman's fields.
type SecretData struct {
	ID        string
	CreatedAt time.Time
	UpdatedAt time.Time
	Spec      struct {
		Name   string
		Driver struct {
			Name    string
			Options map[string]string
		}
		Labels map[string]string
	}
	Name, Driver, Created, Updated string `json:"-"`
}

func secretData(s *engine.Secret) SecretData {
	d := SecretData{ID: s.ID, CreatedAt: s.Created, UpdatedAt: s.Created, Name: s.Name, Driver: "file", Created: show.Since(s.Created), Updated: show.Since(s.Created)}
	d.Spec.Name, d.Spec.Driver.Name, d.Spec.Labels = s.Name, "file", s.Labels
	return d
}

func secretLsVerb() *verb.Verb {
	return newVerb("secret ls", "", "List secrets.", []getopt.Option{
		value("filter", 'f', "KEY=VALUE", "list only secrets for which this holds: name=TEXT or id=TEXT"),
		value("format", 0, "FORMAT", "table, json, or a Go template"),
		flag("noheading", 'n', "print no headings"), flag("quiet", 'q', "print IDs only"), verb.Help,
	}, 0, 0)
}

// SecretRows returns what isle secret ls lists.
func SecretRows(c *verb.Command) ([]SecretData, error) {
	e, err := engine.Open()
	if err != nil {
		return nil, err
	}
	all, err := e.Secrets()
	if err != nil {
		return nil, err
	}
	for _, f := range c.Values("filter") {
		key, value, _ := strings.Cut(f, "=")
		if key != "name" && key != "id" {
			return nil, fmt.Errorf("--filter %s: there is no such key: name and id are there", f)
		}
		all = slices.DeleteFunc(all, func(s *engine.Secret) bool {
			return key == "name" && !strings.Contains(s.Name, value) || key == "id" && !strings.HasPrefix(s.ID, value)
		})
	}
	rows := []SecretData{}
	for _, s := range all {
		rows = append(rows, secretData(s))
	}
	return rows, nil
}

func secretLs(c *verb.Command) error {
	rows, err := SecretRows(c)
	if err != nil {
		return err
	}
	switch f := c.Value("format"); {
	case f == "json":
		return show.JSON(os.Stdout, rows)
	case f != "" && f != "table":
		return fmt.Errorf("'%s' is no format: that is table, json, or a Go template", f)
	}
	lines := [][]string{{"ID", "NAME", "DRIVER", "CREATED", "UPDATED"}}
	if c.On("noheading") || c.On("quiet") {
		lines = nil
	}
	for _, s := range rows {
		line := []string{s.ID, s.Name, s.Driver, s.Created, s.Updated}
		if c.On("quiet") {
			line = line[:1]
		}
		lines = append(lines, line)
	}
	return show.Columns(os.Stdout, lines)
}

func secretInspectVerb() *verb.Verb {
	return newVerb("secret inspect", "SECRET...", "Print what is known of secrets, as a JSON array. What they are is not printed.", []getopt.Option{
		value("format", 'f', "FORMAT", "json, or a Go template"), verb.Help,
	}, 1, -1)
}

// SecretsInspected returns what isle secret inspect prints.
func SecretsInspected(c *verb.Command) ([]SecretData, error) {
	list := []SecretData{}
	e, err := engine.Open()
	if err != nil {
		return list, err
	}
	var missing error
	for _, word := range c.Words {
		s, err := e.Secret(word)
		if err != nil {
			verb.Report("isle", fmt.Errorf("inspect secret %w", err))
			missing = verb.Status(failure)
			continue
		}
		list = append(list, secretData(s))
	}
	return list, missing
}

func secretInspect(c *verb.Command) error {
	list, missing := SecretsInspected(c)
	if err := show.JSON(os.Stdout, list); err != nil {
		return err
	}
	return missing
}

func secretRmVerb() *verb.Verb {
	return newVerb("secret rm", "SECRET...", "Remove secrets, and print their IDs. Containers that run keep what they have read.", []getopt.Option{
		flag("all", 'a', "all secrets"), flag("ignore", 'i', "a secret that is not there is no error"), verb.Help,
	}, 0, -1)
}

func secretRm(c *verb.Command) error {
	e, err := engine.Open()
	if err != nil {
		return err
	}
	words := c.Words
	if c.On("all") == (len(words) > 0) {
		return errors.New("name secrets, or give --all")
	}
	if c.On("all") {
		words = SecretNames()
	}
	status := 0
	for _, word := range words {
		s, err := e.Secret(word)
		if err == nil {
			err = e.RemoveSecret(s)
		}
		switch {
		case err == nil:
			fmt.Println(s.ID)
			continue
		case errors.Is(err, engine.ErrNoSecret) && c.On("ignore"):
			continue
		case errors.Is(err, engine.ErrNoSecret):
			status = max(status, 1)
		default:
			status = failure
		}
		verb.Report("isle", fmt.Errorf("secret rm: %w", err))
	}
	if status != 0 {
		return verb.Status(status)
	}
	return nil
}
