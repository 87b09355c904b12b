package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Block is an example: a fenced block of a Markdown file that is to be run.
type Block struct {
	Line  int      // of its fence, from 1
	Skip  string   // why it is not run, if it is not
	Needs []string // commands without which it cannot be run
	Steps []Step
}

// Step is one command of a block.
type Step struct {
	Line    int      // of its prompt, from 1
	Root    bool     // typed by root, not by the ordinary user
	Command string   // without prompts, may have several lines
	Want    []string // the lines it prints, with placeholders
}

// NeedsRoot says whether a step of the block is root's.
func (b Block) NeedsRoot() bool {
	return slices.ContainsFunc(b.Steps, func(s Step) bool { return s.Root })
}

var (
	fence     = regexp.MustCompile("^( *)(`{3,})[ \t]*([^ \t`]*)[ \t]*([^`]*)$")
	skipWhy   = regexp.MustCompile(`^skip="([^"]+)"$`)
	needsWhat = regexp.MustCompile(`^needs="([a-z0-9 _-]+)"$`)
	shellLike = []string{"sh", "shell", "bash", "console", "shell-session", ""}
)

// Blocks returns the examples of a Markdown text. It is an error if a block
// looks like one and is not marked so that it is either run or skipped, for
// then nobody would notice when it stops working.
func Blocks(markdown string) ([]Block, error) {
	var blocks []Block
	lines := strings.Split(strings.ReplaceAll(markdown, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		open := fence.FindStringSubmatch(lines[i])
		if open == nil {
			continue
		}
		start := i
		body, ok := []string{}, false
		for i++; i < len(lines) && !ok; i++ {
			if ok = strings.HasPrefix(strings.TrimLeft(lines[i], " "), open[2]); ok {
				break
			}
			body = append(body, strings.TrimPrefix(lines[i], open[1]))
		}
		if !ok {
			return nil, fmt.Errorf("line %d: block is not closed", start+1)
		}
		block, err := parseBlock(open[3], strings.TrimSpace(open[4]), body, start+1)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", start+1, err)
		}
		if block != nil {
			blocks = append(blocks, *block)
		}
	}
	return blocks, nil
}

// parseBlock makes an example of a block's body, or returns nil if the block is
// no example. line is that of the opening fence.
func parseBlock(kind, mark string, body []string, line int) (*Block, error) {
	b := &Block{Line: line}
	prompted := len(body) > 0 && isPrompt(body[0])
	skip, needs := skipWhy.FindStringSubmatch(mark), needsWhat.FindStringSubmatch(mark)
	switch {
	case !slices.Contains(shellLike, kind) || kind == "" && !prompted:
		return nil, nil
	case kind != "sh" && kind != "console":
		return nil, fmt.Errorf("block of kind %q: write console or sh, so that it is run", kind)
	case skip != nil:
		b.Skip = skip[1]
	case kind == "sh" && mark == "run":
		b.Steps = []Step{{Line: line + 1, Command: strings.Join(body, "\n"), Want: []string{anyLines}}}
	case kind == "sh":
		return nil, fmt.Errorf(`block of kind sh is neither marked run nor skip="reason"`)
	case mark != "" && needs == nil:
		return nil, fmt.Errorf("block of kind console is marked %q, which means nothing", mark)
	case !prompted:
		return nil, fmt.Errorf(`block of kind console does not begin with "$ " or "# "`)
	default:
		b.Steps = parseSteps(body, line+1)
		if needs != nil {
			b.Needs = strings.Fields(needs[1])
		}
	}
	return b, nil
}

func isPrompt(line string) bool {
	return strings.HasPrefix(line, "$ ") || strings.HasPrefix(line, "# ")
}

// parseSteps splits the body of a console block, whose first line is a prompt.
func parseSteps(body []string, line int) []Step {
	var steps []Step
	fresh := false // the last line belongs to a command, not to its output
	for i, text := range body {
		switch {
		case isPrompt(text):
			steps = append(steps, Step{Line: line + i, Root: text[0] == '#', Command: text[2:]})
			fresh = true
		case fresh && strings.HasPrefix(text, "> "):
			steps[len(steps)-1].Command += "\n" + text[2:]
		default:
			last := &steps[len(steps)-1]
			last.Want = append(last.Want, text)
			fresh = false
		}
	}
	return steps
}
