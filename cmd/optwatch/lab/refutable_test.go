package lab

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryClaimIsRefutable reads the source: whoever states a claim states what
// would refute it.
func TestEveryClaimIsRefutable(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	claims, files := 0, token.NewFileSet()
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if of, ok := literal.Type.(*ast.SelectorExpr); !ok || of.Sel.Name != "Claim" {
				return true
			}
			claims++
			if !slices.ContainsFunc(literal.Elts, isRefutedBy) {
				t.Errorf("%s: the claim does not say what would refute it", files.Position(literal.Pos()))
			}
			return true
		})
	}
	if claims < 30 {
		t.Errorf("%d claims were found in the source, which are too few to be all", claims)
	}
}

func isRefutedBy(e ast.Expr) bool {
	pair, ok := e.(*ast.KeyValueExpr)
	if !ok {
		return false
	}
	key, ok := pair.Key.(*ast.Ident)
	return ok && key.Name == "RefutedBy"
}
