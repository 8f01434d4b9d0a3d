// Command picture draws the output of the demo, on standard input, as an SVG for the README. make picture runs it.
package main

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"log"
	"os"
	"regexp"
	"strings"
)

const (
	command    = "make demo"
	end        = "You can apply this plan" // what follows is the same in every plan
	lineHeight = 19
	charWidth  = 8.43
	margin     = 20
)

func main() {
	if err := draw(os.Stdin, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// draw reads the output of a plan and writes the picture.
func draw(r io.Reader, w io.Writer) error {
	lines := []string{"$ " + command}
	scanner := bufio.NewScanner(r)
	for scanner.Scan() && !strings.HasPrefix(scanner.Text(), end) {
		lines = append(lines, escape.ReplaceAllString(scanner.Text(), ""))
	}
	if err := scanner.Err(); err != nil {
		return err
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) < 2 {
		return fmt.Errorf("there is nothing to draw: give it the output of %q", command)
	}
	longest := 0
	for _, line := range lines {
		longest = max(longest, len([]rune(line)))
	}
	width, height := int(float64(longest)*charWidth)+2*margin, len(lines)*lineHeight+2*margin

	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">
<title>What %s prints</title>
<rect width="%[1]d" height="%[2]d" rx="8" fill="#161b22"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3"
 xml:space="preserve" style="white-space: pre">
`, width, height, command)
	for i, line := range lines {
		fmt.Fprintf(&svg, "<text x=\"%d\" y=\"%d\">%s</text>\n", margin, margin+i*lineHeight+14, colored(line))
	}
	svg.WriteString("</g>\n</svg>\n")
	_, err := io.WriteString(w, svg.String())
	return err
}

// escape matches an escape sequence of a terminal (ECMA-48).
var escape = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// addition matches a line that a plan marks with a plus sign.
var addition = regexp.MustCompile(`^( +)\+ (.*)$`)

// colored returns a line in the colors of Terraform in a terminal.
func colored(line string) string {
	if found := addition.FindStringSubmatch(line); found != nil {
		return found[1] + `<tspan fill="#3fb950">+</tspan> ` + html.EscapeString(found[2])
	}
	return html.EscapeString(line)
}
