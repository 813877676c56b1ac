// Package partition says who holds which examples: the schemes by which a
// simulated federation divides one set of examples among its clients, from
// equal parts at random to a few classes each.
//
//	Population  what is divided: labels, examples, clients
//	Scheme      a way to divide it: IID, Shards, ClassRing, Dirichlet, DirichletClient, Sizes
//	Split       what comes of it: the rows of every client
//	Schemes     the table of the schemes by the words that recipes have for them
//
// A split follows from the population and a random stream and from nothing
// else. The package knows no rounds, no training and no data but labels.
package partition
