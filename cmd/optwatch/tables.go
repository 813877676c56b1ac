package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optwatch/cmd/optwatch/lab"
	"optwatch/fed/partition"
	"optwatch/optimizers"
	"optwatch/train/follow/logs"
	"optwatch/tui"
)

// The tables that the pages of the manual have from the program: what stands for
// them in a page is their name.

// fillPage is the Markdown that a name in a page stands for.
func fillPage(root *cobra.Command) func(name string) (string, error) {
	return func(name string) (string, error) {
		c := catalogue()
		shared := sharedParams(c)
		switch name {
		case "keys":
			return tui.KeysMarkdown(), nil
		case "flags":
			return flagTable(root), nil
		case "rules":
			return partTable(c.Rules, false, nil), nil
		case "estimators":
			return partTable(c.Estimators, false, nil), nil
		case "schedules":
			return partTable(c.Schedules, false, nil), nil
		case "own":
			return ownTable(c), nil
		case "common":
			return paramTable(optimizers.Common), nil
		case "strategies":
			return partTable(c.Estimators, true, shared), nil
		case "servers":
			return partTable(c.Rules, true, nil), nil
		case "federated":
			return paramTable(shared,
				[]string{"`local_…`", "the keys of the clients' rule, such as `local_momentum=0.9`"},
				[]string{"`server_lr=…`", "the server's learning rate; the default is its rule's"},
			), nil
		case "partitions":
			return partitionTable(), nil
		case "settings":
			return settingTable(), nil
		case "papers":
			return paperTable(c), nil
		case "formats":
			return formatTable(), nil
		case "experiments":
			return experimentTable(), nil
		}
		return "", fmt.Errorf("%q stands for nothing", name)
	}
}

// markdown is a table whose first row is its head.
func markdown(rows [][]string) string {
	var b strings.Builder
	for i, row := range rows {
		for _, cell := range row {
			b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	return b.String()
}

// partTable are the parts that are of federations, or are not, with their keys but
// those that all take.
func partTable[T any](parts []optimizers.Part[T], federated bool, shared []optimizers.Param) string {
	rows := [][]string{{"name", "method", "its keys, with their defaults"}}
	for _, p := range parts {
		if p.Federated != federated {
			continue
		}
		var keys []string
		for _, q := range p.Params {
			if !slices.ContainsFunc(shared, func(s optimizers.Param) bool { return s.Name == q.Name }) {
				keys = append(keys, "`"+preset(q)+"`")
			}
		}
		rows = append(rows, []string{"`" + p.Name + "`", p.Title, strings.Join(keys, " ")})
	}
	return markdown(rows)
}

// paramTable are keys with what they mean, and more rows.
func paramTable(params []optimizers.Param, more ...[]string) string {
	rows := [][]string{{"key", "means"}}
	for _, p := range params {
		rows = append(rows, []string{"`" + preset(p) + "`", p.Doc})
	}
	return markdown(append(rows, more...))
}

// ownTable are the keys of parts that are of no federation, with what they mean.
func ownTable(c optimizers.Catalogue) string {
	var all []optimizers.Param
	all = ownParams(all, c.Rules)
	all = ownParams(all, c.Estimators)
	return paramTable(ownParams(all, c.Schedules))
}

// ownParams adds the keys of parts that are of no federation, each once.
func ownParams[T any](all []optimizers.Param, parts []optimizers.Part[T]) []optimizers.Param {
	for _, part := range parts {
		for _, p := range part.Params {
			if !part.Federated && !slices.ContainsFunc(all, func(q optimizers.Param) bool { return p.Name == q.Name && p.Doc == q.Doc }) {
				all = append(all, p)
			}
		}
	}
	return all
}

// preset is a key with its default or the words that it may be.
func preset(p optimizers.Param) string {
	switch {
	case p.Default != "":
		return p.Name + "=" + p.Default
	case p.Choices != nil:
		return p.Name + "=" + strings.Join(p.Choices, "|")
	}
	return p.Name + "=…"
}

// sharedParams are the keys that every strategy takes.
func sharedParams(c optimizers.Catalogue) []optimizers.Param {
	for _, p := range c.Estimators {
		if p.Federated { // the first, FedAvg, has no keys of its own
			return p.Params
		}
	}
	return nil
}

func partitionTable() string {
	rows := [][]string{{"`partition=`", "divides the examples so"}}
	for _, p := range partition.Schemes() {
		rows = append(rows, []string{"`" + p.String() + "`", p.Doc})
	}
	return markdown(rows)
}

// settingTable are the settings of config.toml, with the variables that settle them
// too.
func settingTable() string {
	rows := [][]string{{"setting, and flag", "variable", "is", "by default"}}
	for _, s := range preferences() {
		rows = append(rows, []string{"`" + s.Name + "`", s.env, s.about, s.unless})
	}
	return markdown(rows)
}

// paperTable are the papers of the parts that have one.
func paperTable(c optimizers.Catalogue) string {
	rows := [][]string{{"name", "method", "paper"}}
	rows = append(rows, papers(c.Estimators)...)
	rows = append(rows, papers(c.Rules)...)
	return markdown(append(rows, papers(c.Schedules)...))
}

func papers[T any](parts []optimizers.Part[T]) [][]string {
	var rows [][]string
	for _, p := range parts {
		if p.Paper != "" {
			rows = append(rows, []string{"`" + p.Name + "`", p.Title, p.Paper})
		}
	}
	return rows
}

func formatTable() string {
	rows := [][]string{{"format", "is"}}
	for _, f := range logs.Formats {
		rows = append(rows, []string{"`" + f.Name + "`", f.Title})
	}
	return markdown(rows)
}

func experimentTable() string {
	rows := [][]string{{"experiment", "asks"}}
	for _, e := range lab.Experiments() {
		rows = append(rows, []string{"`" + e.Name + "`", e.Title})
	}
	return markdown(rows)
}

// flagTable are the flags of all commands, by their names; what means the same in
// several commands stands once.
func flagTable(root *cobra.Command) string {
	type entry struct {
		flag, usage string
		commands    []string
	}
	var all []*entry
	eachCommand(root, func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(g *pflag.Flag) {
			if g.Hidden {
				return
			}
			flag, usage := flagText(g)
			for _, e := range all {
				if e.flag == flag && e.usage == usage {
					e.commands = append(e.commands, c.Name())
					return
				}
			}
			all = append(all, &entry{flag, usage, []string{c.Name()}})
		})
	})
	slices.SortStableFunc(all, func(a, b *entry) int { return strings.Compare(a.flag, b.flag) })
	rows := [][]string{{"flag", "does", "of"}}
	for _, e := range all {
		rows = append(rows, []string{"`" + e.flag + "`", e.usage, strings.Join(e.commands, " ")})
	}
	return markdown(rows)
}

// flagText is a flag with the kind of its value, and what it does, with the
// default where that is one.
func flagText(g *pflag.Flag) (flag, usage string) {
	kind, usage := pflag.UnquoteUsage(g)
	switch kind { // what Go calls it
	case "int", "uint", "float":
		kind = "N"
	case "string", "stringArray", "strings":
		kind = "TEXT"
	case "duration":
		kind = "TIME"
	}
	flag = strings.TrimSpace("--" + g.Name + " " + strings.ToUpper(kind))
	switch g.DefValue {
	case "", "false", "0", "0s", "[]":
	default:
		usage += " (default " + g.DefValue + ")"
	}
	return flag, usage
}

// eachCommand visits the commands that help shows, the root first.
func eachCommand(c *cobra.Command, visit func(*cobra.Command)) {
	if c.Hidden {
		return
	}
	visit(c)
	for _, sub := range c.Commands() {
		eachCommand(sub, visit)
	}
}
