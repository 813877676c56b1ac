package partition

import (
	"fmt"
	"strconv"
	"strings"

	"optwatch/optimizers"
)

// Entry is a scheme as a recipe names it.
type Entry struct {
	Name   string
	Number string // the number that may follow the word and a hyphen, as in classes-k; "" for none
	Alpha  bool   // it takes the concentration α
	Title  string
	Doc    string

	usual string // the number where none is given
	build func(number string, alpha float64) (Scheme, error)
}

// Schemes is the table of the ways to divide.
func Schemes() []Entry {
	return []Entry{
		{
			Name: "iid", Title: "IID", Doc: "rows at random, equal sizes",
			build: func(string, float64) (Scheme, error) { return IID{}, nil },
		},
		{
			Name: "classes", Number: "k", usual: "2", Title: "k classes each", Doc: "every client sees exactly k classes, neighbours in a ring",
			build: func(number string, _ float64) (Scheme, error) {
				k, err := parseK(number)
				return ClassRing{K: k}, err
			},
		},
		{
			Name: "shards", Number: "k", usual: "2", Title: "k shards each", Doc: "rows sorted by label, cut into equal shards, k dealt to every client",
			build: func(number string, _ float64) (Scheme, error) {
				k, err := parseK(number)
				return Shards{K: k}, err
			},
		},
		{
			Name: "dirichlet", Alpha: true, Title: "Dirichlet per class", Doc: "every class in random shares, Dir(alpha), over the clients",
			build: func(_ string, alpha float64) (Scheme, error) {
				return Dirichlet{Alpha: alpha}, alphaInRange(alpha)
			},
		},
		{
			Name: "dirichlet-client", Alpha: true, Title: "Dirichlet per client", Doc: "every client a random mix of classes, Dir(alpha), equal sizes",
			build: func(_ string, alpha float64) (Scheme, error) {
				return DirichletClient{Alpha: alpha}, alphaInRange(alpha)
			},
		},
		{
			Name: "sizes", Number: "a", usual: "1", Title: "power-law sizes", Doc: "rows at random, sizes in proportion to rank^−a",
			build: func(number string, _ float64) (Scheme, error) {
				a, err := optimizers.Decimal(number)
				if err != nil {
					return nil, fmt.Errorf("a is a number, got %q", number)
				}
				return Sizes{A: a}, exponentInRange(a)
			},
		},
	}
}

func parseK(number string) (int, error) {
	k, err := strconv.Atoi(number)
	if err != nil || k < 1 {
		return 0, fmt.Errorf("k is a whole number of at least 1, got %q", number)
	}
	return k, nil
}

// Parse reads a word of a recipe. Only the Dirichlet schemes take alpha.
func Parse(word string, alpha float64) (Scheme, error) {
	var words []string
	for _, w := range Schemes() {
		number, found := strings.CutPrefix(word, w.Name+"-")
		if word == w.Name {
			number, found = w.usual, true
		} else if w.Number == "" {
			found = false
		}
		if found {
			p, err := w.build(number, alpha)
			if err != nil {
				return nil, fmt.Errorf("partition %s: %w", word, err)
			}
			return p, nil
		}
		words = append(words, w.String())
	}
	return nil, fmt.Errorf("partition %q: expected one of %s", word, strings.Join(words, ", "))
}

// String is the word with the number that may follow it: classes[-k].
func (w Entry) String() string {
	if w.Number == "" {
		return w.Name
	}
	return w.Name + "[-" + w.Number + "]"
}

// Word is the word that Parse makes a scheme of, and the α that goes with it; 0 where there is none.
func Word(s Scheme) (word string, alpha float64) {
	switch d := s.(type) {
	case Dirichlet:
		alpha = d.Alpha
	case DirichletClient:
		alpha = d.Alpha
	}
	return s.String(), alpha
}
