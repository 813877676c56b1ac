package study

import (
	"slices"
	"sync"
	"time"
)

// Notebook is the studies of a session. Any goroutine may write and look.
type Notebook struct {
	clock func() time.Time
	began time.Time

	mu    sync.Mutex
	gen   uint64
	ended time.Time // of the last study that ended
	about string
	pages []*Page
}

// View is an immutable view of a notebook.
type View struct {
	Generation uint64 // rises with every change
	About      string // the data and the problem, in a line
	Elapsed    time.Duration
	Studies    []Study
}

// Source is where a viewer looks.
type Source interface {
	// View is the state of everything now. What it returns never changes.
	View() *View
}

var _ Source = (*Notebook)(nil)

// NewNotebook is a notebook for studies that have not begun: of each, the
// name, the title and what it is about. A nil clock is the system's.
func NewNotebook(clock func() time.Time, studies ...Study) *Notebook {
	if clock == nil {
		clock = time.Now
	}
	n := &Notebook{clock: clock, began: clock()}
	for _, s := range studies {
		n.pages = append(n.pages, &Page{book: n, study: s})
	}
	return n
}

// Pages are the places of the studies, in their order.
func (n *Notebook) Pages() []*Page { return n.pages }

// SetAbout says what data and problem the studies are of.
func (n *Notebook) SetAbout(text string) { n.change(func() { n.about = text }) }

// View is the notebook now.
func (n *Notebook) View() *View {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.clock()
	if n.over() {
		now = n.ended
	}
	v := &View{Generation: n.gen, About: n.about, Elapsed: now.Sub(n.began), Studies: make([]Study, len(n.pages))}
	for i, p := range n.pages {
		v.Studies[i] = p.study
		if p.study.State == Underway {
			v.Studies[i].Elapsed = now.Sub(p.began)
		}
	}
	return v
}

// over says whether every study has ended: then time stands still.
func (n *Notebook) over() bool {
	for _, p := range n.pages {
		if !p.study.State.Over() {
			return false
		}
	}
	return len(n.pages) > 0
}

func (n *Notebook) change(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f()
	n.gen++
}

// Page is where a study is written. Any goroutine may write.
type Page struct {
	book  *Notebook
	began time.Time
	study Study
}

func (p *Page) change(f func(s *Study)) { p.book.change(func() { f(&p.study) }) }

// Begin says that the study is under way.
func (p *Page) Begin() {
	p.change(func(s *Study) { p.began, s.State = p.book.clock(), Underway })
}

// End says how the study ended.
func (p *Page) End(state State, err string) {
	p.change(func(s *Study) {
		s.State, s.Err, s.Doing = state, err, ""
		p.book.ended = p.book.clock()
		if !p.began.IsZero() {
			s.Elapsed = p.book.ended.Sub(p.began)
		}
		if state == Done {
			s.Share = 1
		}
	})
}

// Doing says what the study does just now.
func (p *Page) Doing(what string) { p.change(func(s *Study) { s.Doing = what }) }

// Progress says what share of the work is done.
func (p *Page) Progress(share float64) {
	p.change(func(s *Study) { s.Share = min(max(s.Share, share), 1) })
}

// Spend adds gradient evaluations.
func (p *Page) Spend(evals int64) { p.change(func(s *Study) { s.Evals += evals }) }

// Claim states a claim, or says more of the one with the same text. It keeps its place.
func (p *Page) Claim(c Claim) {
	p.change(func(s *Study) {
		s.Claims = put(s.Claims, c, func(o Claim) bool { return o.Text == c.Text })
	})
}

// Draw adds a figure, or draws the one of that name anew.
func (p *Page) Draw(f Figure) {
	p.change(func(s *Study) {
		s.Figures = put(s.Figures, f, func(o Figure) bool { return o.Name == f.Name })
	})
}

// Tabulate adds a table, or writes the one of that name anew.
func (p *Page) Tabulate(t Table) {
	p.change(func(s *Study) {
		s.Tables = put(s.Tables, t, func(o Table) bool { return o.Name == t.Name })
	})
}

// Note adds a sentence.
func (p *Page) Note(text string) {
	p.change(func(s *Study) { s.Notes = append(slices.Clip(s.Notes), text) })
}

// Recipe adds a recipe to paste.
func (p *Page) Recipe(text string) {
	p.change(func(s *Study) { s.Recipes = append(slices.Clip(s.Recipes), text) })
}

// Study is what has been written so far.
func (p *Page) Study() Study {
	p.book.mu.Lock()
	defer p.book.mu.Unlock()
	return p.study
}

// put replaces the element that is meant, or appends, in a copy.
func put[T any](list []T, item T, same func(T) bool) []T {
	list = slices.Clone(list)
	if i := slices.IndexFunc(list, same); i >= 0 {
		list[i] = item
		return list
	}
	return append(list, item)
}
