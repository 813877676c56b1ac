package data

import (
	"os"
	"path/filepath"
)

// fetchable is a data set that is known by name and can be fetched.
type fetchable struct {
	name    string
	about   string
	val     int // validation rows unless told otherwise
	mirrors []string
	files   [4]remote // as idxNames, gzipped
}

// remote is a file of a set, as every mirror has it. Of its two SHA-256, at
// least one is known.
type remote struct {
	bytes   int64  // of the gzipped file, more or less
	size    int64  // of its content
	content string // SHA-256 of the content, whatever the wrapping
	archive string // SHA-256 of the gzipped file
}

// Content sizes of the four files of both sets.
const (
	trainImagesSize = imagesHeader + 60_000*imagePixels
	trainLabelsSize = labelsHeader + 60_000
	testImagesSize  = imagesHeader + 10_000*imagePixels
	testLabelsSize  = labelsHeader + 10_000
)

var catalogue = map[string]fetchable{
	"mnist": {
		name: "mnist", about: "handwritten digits, 60,000 + 10,000 of 28×28, ten classes", val: 10_000,
		mirrors: []string{
			"https://ossci-datasets.s3.amazonaws.com/mnist/",
			"https://storage.googleapis.com/cvdf-datasets/mnist/",
		},
		files: [4]remote{
			{bytes: 9_912_422, size: trainImagesSize, content: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
			{bytes: 28_881, size: trainLabelsSize, content: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
			{bytes: 1_648_877, size: testImagesSize, content: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
			{bytes: 4_542, size: testLabelsSize, content: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
		},
	},
	// The digests are those that TensorFlow Datasets and others pin for the
	// gzipped files; both mirrors serve these very files.
	"fashion-mnist": {
		name: "fashion-mnist", about: "articles of clothing, 60,000 + 10,000 of 28×28, ten classes", val: 10_000,
		mirrors: []string{
			"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
			"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
		},
		files: [4]remote{
			{bytes: 26_421_880, size: trainImagesSize, archive: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
			{bytes: 29_515, size: trainLabelsSize, archive: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
			{bytes: 4_422_102, size: testImagesSize, archive: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
			{bytes: 5_148, size: testLabelsSize, archive: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
		},
	},
}

// Listing is a line of the list of data sets that are known by name.
type Listing struct {
	Name  string
	About string
	Dir   string // where its files belong; "" for the digits, which have none
	Ready bool   // all files are there
}

// List tells which data sets there are and which of them are in the directory.
func List(dir string) []Listing {
	list := []Listing{{Name: digits, About: "synthetic digits, 10,000 + 2,000 of 28×28, ten classes, drawn on the spot", Ready: true}}
	for _, name := range []string{"mnist", "fashion-mnist"} {
		l := Listing{Name: name, About: catalogue[name].about, Dir: filepath.Join(dir, name)}
		_, err := findFiles(l.Dir)
		l.Ready = err == nil
		list = append(list, l)
	}
	return list
}

// Files are the files that a data set of that name or path is read from; none
// for the digits.
func Files(name, dir string) ([]string, error) {
	if name == digits {
		return nil, nil
	}
	folder := name
	if _, ok := catalogue[name]; ok {
		folder = filepath.Join(dir, name)
	} else if info, err := os.Stat(name); err != nil || !info.IsDir() {
		if labels, none := labelsBeside(name); err == nil && none == nil {
			return []string{name, labels}, nil
		}
		return []string{name}, err
	}
	paths, err := findFiles(folder)
	return paths[:], err
}
