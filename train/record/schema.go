package record

// application is in the header of the file, so that it is known for a record.
const application = 0x6f707477 // "optw"

// version of the tables. A record of a higher one is refused; lower ones are read.
const version = 1

// schema are the tables, with names that a stranger understands. Some came later
// than the first record of this version: whoever reads an older one finds nothing
// in them, and whoever goes on with one makes them.
//
// Points, trace and marks have beside these a column for each axis that the source
// declares, by the axis' key ("evals", "seconds", …), added as axes appear. What is
// not known is NULL, and so is what is no number; infinities are infinities.
//
// Values of a metric that is provisional are not in points before they are
// final, or the writing ends: they all change whenever the best value does.
//
// Tables that were not there from the beginning of a version have their own text
// below: a record without them is whole, and has them as soon as it is gone on with.
const schema = `
CREATE TABLE experiment (   -- one row
	id            TEXT NOT NULL,
	name          TEXT NOT NULL,
	status        TEXT NOT NULL,  -- running, finished or stopped; one that is running and has no process was interrupted
	began         TEXT NOT NULL,  -- UTC, RFC 3339
	written       TEXT NOT NULL,  -- when something was last written
	elapsed       REAL NOT NULL,  -- seconds since it began, when something was last written
	program       TEXT NOT NULL,  -- version
	kernels       TEXT NOT NULL,  -- instructions that it computes with
	architecture  TEXT NOT NULL,
	host          TEXT NOT NULL,
	data          TEXT NOT NULL,
	data_digest   TEXT NOT NULL,
	inexact       INTEGER NOT NULL, -- 1 once it went on under other kernels
	configuration TEXT NOT NULL,  -- JSON: what was asked for
	shown         TEXT NOT NULL   -- JSON: how a screen shows it: subject, columns, headline, pace
);
CREATE TABLE axes (
	position INTEGER PRIMARY KEY,
	key      TEXT NOT NULL,
	column   TEXT NOT NULL,       -- the name of its column in points, trace and marks: its key, unless another column has that name
	title    TEXT NOT NULL,
	declared TEXT NOT NULL        -- JSON
);
CREATE TABLE metrics (
	position INTEGER PRIMARY KEY,
	key      TEXT NOT NULL,
	title    TEXT NOT NULL,
	behind   TEXT,                -- the metric that it is drawn behind: its values are in trace
	declared TEXT NOT NULL        -- JSON
);
CREATE TABLE runs (
	id         INTEGER PRIMARY KEY,
	name       TEXT NOT NULL,
	recipe     TEXT NOT NULL,
	method     TEXT NOT NULL,
	family     TEXT NOT NULL,     -- runs of one family differ in their seed alone
	seed       INTEGER NOT NULL, -- of 64 bits, as a number with a sign
	state      TEXT NOT NULL,
	reason     TEXT NOT NULL,
	parameters TEXT               -- SHA-256 of the parameters at the latest checkpoint
);
CREATE TABLE logs (               -- of a run that another program trains: where that tells of it
	run        INTEGER PRIMARY KEY,
	path       TEXT NOT NULL,
	parameters TEXT NOT NULL      -- JSON: what the run was configured with
);
CREATE TABLE output (             -- the latest lines that such a run printed
	run     INTEGER NOT NULL,
	number  INTEGER NOT NULL,     -- from 1
	elapsed REAL NOT NULL,        -- when it was seen
	text    TEXT NOT NULL,
	PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE TABLE points (             -- the curves
	run    INTEGER NOT NULL,
	metric TEXT NOT NULL,
	number INTEGER NOT NULL,      -- from 0
	value  REAL,
	low    REAL,
	high   REAL,
	PRIMARY KEY (run, metric, number)
) WITHOUT ROWID;
CREATE TABLE trace (              -- the running mini-batch loss, in buckets
	run    INTEGER NOT NULL,
	metric TEXT NOT NULL,
	number INTEGER NOT NULL,
	value  REAL,
	low    REAL,
	high   REAL,
	PRIMARY KEY (run, metric, number)
) WITHOUT ROWID;
CREATE TABLE marks (
	run    INTEGER NOT NULL,
	number INTEGER NOT NULL,
	kind   TEXT NOT NULL,
	text   TEXT NOT NULL,
	PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE TABLE events (             -- the log
	number  INTEGER PRIMARY KEY,
	elapsed REAL NOT NULL,
	run     TEXT NOT NULL,        -- its name; '' for the experiment itself
	kind    TEXT NOT NULL,
	text    TEXT NOT NULL
);
CREATE TABLE commands (
	number  INTEGER PRIMARY KEY,
	at      TEXT NOT NULL,        -- UTC, RFC 3339
	elapsed REAL NOT NULL,
	who     TEXT NOT NULL,
	run     TEXT NOT NULL,        -- its name; '' for the experiment itself
	what    TEXT NOT NULL,        -- in words
	outcome TEXT                  -- done, or why not; NULL while that is open
);
CREATE TABLE moments (            -- how runs stood, thinned with age
	run     INTEGER NOT NULL,
	elapsed REAL NOT NULL,
	state   TEXT NOT NULL,
	shown   TEXT NOT NULL,        -- JSON: places, settings, latest values, clients, diagnosis
	PRIMARY KEY (run, elapsed)
) WITHOUT ROWID;
CREATE TABLE devices (            -- thinned with age
	elapsed REAL PRIMARY KEY,
	shown   TEXT NOT NULL         -- JSON, a line as "optwatch devices --record" writes it
);
CREATE TABLE checkpoints (        -- the last two of each run
	run         INTEGER NOT NULL,
	number      INTEGER NOT NULL, -- the higher, the later
	at          TEXT NOT NULL,
	elapsed     REAL NOT NULL,
	step        INTEGER NOT NULL,
	evaluations INTEGER NOT NULL,
	parameters  TEXT NOT NULL,    -- SHA-256 of the parameters
	sha256      TEXT NOT NULL,    -- of the line "RUN NUMBER STEP EVALUATIONS PARAMETERS", its end, and state
	state       BLOB NOT NULL,    -- of a large one the beginning
	PRIMARY KEY (run, number)
);
CREATE TABLE releases (           -- noisy sums of private runs, counted before their noise is drawn
	run   INTEGER PRIMARY KEY,
	count INTEGER NOT NULL
);
` + outcomesTable + partsTable

const outcomesTable = `CREATE TABLE outcomes (           -- what came of rounds over machines, before it had effects; those that a checkpoint may need
	number  INTEGER PRIMARY KEY,  -- the higher, the later
	run     INTEGER NOT NULL,
	outcome TEXT NOT NULL         -- JSON: who was averaged, and why the others were not
);
`

const partsTable = `CREATE TABLE parts (              -- what follows in states that are too large for a row
	run    INTEGER NOT NULL,
	number INTEGER NOT NULL,      -- of the checkpoint
	part   INTEGER NOT NULL,      -- from 1, in their order
	state  BLOB NOT NULL,
	PRIMARY KEY (run, number, part)
);
`
