package view

// Command asks a source for a change. Fields are used by the kinds that say so.
type Command struct {
	ID      uint64 // chosen by the sender, unlike that of any other command; 0 for one that needs no acknowledgement
	Kind    CommandKind
	Run     int     // Run.ID
	Setting string  // Setting.Key
	Value   float64 // of it
	Recipe  string
	Choice  []string // one of each of Offer.Parts, where a recipe is put together
	Client  int      // Client.ID
	Key     string   // Applicant.Key
}

// CommandKind is what a command asks for.
type CommandKind int

// The commands. Those of runs act between two steps.
const (
	Pause        CommandKind = iota
	Resume                   // a paused run
	StepOnce                 // one step of a paused run
	Stop                     // end a run; its curve stays
	Restart                  // from the beginning, as it was begun
	Set                      // Setting := Value
	Switch                   // to the method of Recipe, or else of Choice; the parameters stay
	Add                      // a new run of Recipe
	Branch                   // a copy of the run as it is now, state and all
	DropClient               // leave Client out of a federated run's rounds
	RejoinClient             // take Client in again
	Save                     // write a checkpoint now

	// Of a source as a whole. They act at once.
	Finish // end all that trains, saved so that it can go on another time
	Play   // a recording, from where it is
	Freeze // it
	Speed  // play it Value times as fast as it happened
	Seek   // the moment Value seconds after it began

	// Of how clients come to a federation over machines. They act at once.
	Admit    // the applicant with a Key
	TurnAway // it, or a client that was let in before
	NewLine  // to join by: the one before lets in nobody any more
)

// String is the command as a verb.
func (k CommandKind) String() string {
	return [...]string{
		"pause", "resume", "step", "stop", "restart", "change a setting of", "switch", "add", "branch",
		"drop a client of", "take in a client of", "save a checkpoint of",
		"finish", "play", "freeze", "play faster or slower", "seek in",
		"let in", "turn away", "make a new line to join",
	}[k]
}

// Offer is what a command would come to.
type Offer struct {
	Refused string // why it would not be taken as it stands; "" if it would
	Same    bool   // it would change nothing
	Ask     string // what must be known, and agreed to, before it is sent; "" where nothing is to be asked

	// Of a command with a Recipe or a Choice.
	Recipe      string // what it comes to
	Summary     string // of that, in a line
	Parts       []Part // what a method is put together from
	Details     []Detail
	Completions []string // of the word at the end of Recipe

	// Of a command that sets a number.
	Title string  // what is set, e.g. "local epochs"
	Label string  // its symbol, e.g. "E"
	Hint  string  // what it means and which values it takes; of a recipe, one for example
	Now   float64 // the present value
}

// Part is one of those that a method is put together from, such as its rule.
type Part struct {
	Title   string
	Choices []Choice
	At      int // the chosen one
}

// Choice is one of those for a part.
type Choice struct {
	Name, Title, About string
	Refused            bool // it does not go with what is chosen of the other parts
}

// Detail is something to know before sending a command.
type Detail struct {
	Label string
	Count int64 // before the text; 0 for none
	Text  string
}
