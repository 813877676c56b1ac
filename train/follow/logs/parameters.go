package logs

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Programs keep the configuration of a run as YAML or JSON, of any shape. What is
// in it is taken as a list of keys and texts: the keys of what lies in something
// else are joined by dots, a list of plain things is one text, a list of others has
// its indexes for keys.

const (
	largestParameters = 256 << 10 // bytes of a file
	mostParameters    = 5000
	deepestParameters = 20
	longestParameter  = 500 // bytes of a text, and of a key
)

// parameterList is where parameters are gathered.
type parameterList struct {
	out  []Parameter
	seen map[string]int
}

// put adds a parameter; a later one of a key replaces the earlier.
func (l *parameterList) put(key, text string) {
	if key == "" || len(key) > longestParameter {
		return
	}
	text = shortText(text)
	if at, ok := l.seen[key]; ok {
		l.out[at].Text = text
		return
	}
	if len(l.out) >= mostParameters {
		return
	}
	if l.seen == nil {
		l.seen = map[string]int{}
	}
	l.seen[key] = len(l.out)
	l.out = append(l.out, Parameter{key, text})
}

// shortText is a text on one line, no longer than can be shown.
func shortText(text string) string {
	if len(text) > longestParameter {
		cut := longestParameter
		for cut > longestParameter-4 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	if strings.ContainsAny(text, "\n\r\t") {
		text = strings.Join(strings.Fields(text), " ")
	}
	return text
}

// below is the key of something that lies in something else.
func below(outer, key string) string {
	if outer == "" {
		return key
	}
	return outer + "." + key
}

// jsonParameters are those in a JSON object.
func jsonParameters(data []byte) ([]Parameter, error) {
	j := jsonText{b: data}
	var l parameterList
	if err := l.jsonObject(&j, "", 0); err != nil {
		return nil, err
	}
	return l.out, j.end()
}

func (l *parameterList) jsonObject(j *jsonText, outer string, depth int) error {
	return j.object(func(key []byte) error { return l.json(j, below(outer, string(key)), depth+1) })
}

func (l *parameterList) json(j *jsonText, key string, depth int) error {
	if len(key) <= longestParameter && depth < deepestParameters {
		switch j.next() {
		case '{':
			return l.jsonObject(j, key, depth)
		case '[':
			return l.jsonList(j, key, depth)
		}
	}
	v, err := j.value()
	if err == nil {
		l.put(key, v.text())
	}
	return err
}

// jsonList takes a list for one text, or what is in it for parameters of their own.
func (l *parameterList) jsonList(j *jsonText, key string, depth int) error {
	from := j.at
	plain := true
	var items []string
	err := j.list(func() error {
		c := j.next()
		plain = plain && c != '{' && c != '['
		v, err := j.value()
		if err == nil && plain && len(items) <= longestParameter {
			items = append(items, v.text())
		}
		return err
	})
	if err != nil {
		return err
	}
	if plain {
		l.put(key, listText(items))
		return nil
	}
	j.at = from
	i := -1
	return j.list(func() error {
		i++
		return l.json(j, below(key, strconv.Itoa(i)), depth+1)
	})
}

func listText(items []string) string { return "[" + strings.Join(items, ", ") + "]" }

// yamlParameters are those in a YAML document whose outermost thing is a mapping.
// What W&B keeps of each key, its value beside a description, is taken for the
// value alone.
func yamlParameters(data []byte) (out []Parameter, err error) {
	defer func() {
		// The library is somebody else's, and what it reads is too.
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("the document broke its reader: %v", p)
		}
	}()
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Kind == 0 {
		return nil, nil // an empty document
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("is no mapping")
	}
	l := yamlList{left: 10 * mostParameters}
	l.mapping(doc.Content[0], "", 0)
	return l.out, nil
}

// yamlList gathers what is in a document. An alias stands for something that may
// have more of them: how much is looked at is bounded.
type yamlList struct {
	parameterList
	left int
}

func (l *yamlList) mapping(n *yaml.Node, outer string, depth int) {
	for i := 0; i+1 < len(n.Content) && l.left > 0; i += 2 {
		l.left--
		key, value := n.Content[i].Value, n.Content[i+1]
		switch {
		case outer == "" && key == "_wandb":
		case key == "<<" && value.Kind == yaml.AliasNode && value.Alias.Kind == yaml.MappingNode:
			if depth < deepestParameters {
				l.mapping(value.Alias, outer, depth+1)
			}
		default:
			if outer == "" {
				value = unwrapped(value)
			}
			l.node(value, below(outer, key), depth+1)
		}
	}
}

// unwrapped is the value of {desc: …, value: …}, and anything else as it is.
func unwrapped(n *yaml.Node) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return n
	}
	var value *yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch n.Content[i].Value {
		case "value":
			value = n.Content[i+1]
		case "desc":
		default:
			return n
		}
	}
	if value == nil {
		return n
	}
	return value
}

func (l *yamlList) node(n *yaml.Node, key string, depth int) {
	l.left--
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case l.left < 0 || n == nil || len(key) > longestParameter:
	case n.Kind == yaml.ScalarNode:
		l.put(key, scalarText(n))
	case depth >= deepestParameters:
		l.put(key, "…")
	case n.Kind == yaml.MappingNode && len(n.Content) == 0:
		l.put(key, "{}")
	case n.Kind == yaml.MappingNode:
		l.mapping(n, key, depth)
	case n.Kind == yaml.SequenceNode:
		l.sequence(n, key, depth)
	}
}

func (l *yamlList) sequence(n *yaml.Node, key string, depth int) {
	var items []string
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			for i, item := range n.Content {
				if l.left > 0 {
					l.node(item, below(key, strconv.Itoa(i)), depth+1)
				}
			}
			return
		}
		if len(items) <= longestParameter {
			items = append(items, scalarText(item))
		}
	}
	l.left -= len(n.Content)
	l.put(key, listText(items))
}

// scalarText is a plain thing as it is written, but for nothing, which can be
// written as that.
func scalarText(n *yaml.Node) string {
	if n.Value == "" && n.Tag == "!!null" {
		return "null"
	}
	return n.Value
}

// lineOf is a text that may be shown.
func lineOf(p []byte) string { return shortText(strings.ToValidUTF8(string(p), "�")) }
