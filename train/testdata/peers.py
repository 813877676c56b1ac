#!/usr/bin/python3
"""The problems of BenchmarkStep, BenchmarkPhotographs, BenchmarkTall and BenchmarkSolve in numpy, PyTorch and scikit-learn, on one thread.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 OPTWATCH_DATA=... ./peers.py [step|dense|tall|solve]...

Prints gradient evaluations a second of CPU time, the best of a few tries, or the seconds
of CPU time that f - f* <= 1e-6 takes. Data are float32 and in memory.
"""
import gzip, os, sys, time, warnings
import numpy as np

warnings.filterwarnings("ignore")
LAM, FSTAR = 1e-3, 0.334610978429


def load(name):
    with gzip.open(os.path.join(os.environ["OPTWATCH_DATA"], "mnist", name + ".gz")) as f:
        raw = f.read()
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3])


X = load("train-images-idx3-ubyte").reshape(-1, 784).astype(np.float32) / 255
y = load("train-labels-idx1-ubyte").astype(np.int64)
n, Y = len(X), np.eye(10, dtype=np.float32)[y]


def spent(f):
    t = time.process_time()
    f()
    return time.process_time() - t


def say(what, evals, f, tries=4):
    print(f"{what:40s} {evals / min(spent(f) for _ in range(tries)):12,.0f} evals/cpu-s", flush=True)


def gradient(X, Y, W, b):
    Z = X @ W + b
    Z -= Z.max(1, keepdims=True)
    P = np.exp(Z)
    P /= P.sum(1, keepdims=True)
    P -= Y
    P /= len(X)
    return X.T @ P + LAM * W, P.sum(0)


def sgd(batch, rows, X=X, Y=Y):
    W, b, order = np.zeros((X.shape[1], 10), np.float32), np.zeros(10, np.float32), np.random.permutation(len(X))[:rows]
    for i in range(0, rows, batch):
        j = order[i:i + batch]
        g, h = gradient(X[j], Y[j], W, b)
        W -= .1 * g
        b -= .1 * h


def step():
    import torch
    from torch.nn import Linear, ReLU, Sequential
    torch.set_num_threads(1)
    Xt, yt = torch.from_numpy(X), torch.from_numpy(y)

    def train(model, optimizer, rows, batch=64):
        o, order = optimizer(model.parameters()), torch.randperm(n)[:rows]
        for i in range(0, rows, batch):
            j = order[i:i + batch]
            o.zero_grad()
            torch.nn.functional.cross_entropy(model(Xt[j]), yt[j]).backward()
            o.step()

    def adam(p): return torch.optim.Adam(p, lr=1e-3, weight_decay=LAM)
    def plain(p): return torch.optim.SGD(p, lr=.1, weight_decay=LAM)
    def net(k): return Sequential(Linear(784, k), ReLU(), Linear(k, k), ReLU(), Linear(k, 10))
    W, b = np.random.randn(784, 10).astype(np.float32) * .1, np.zeros(10, np.float32)
    say("numpy, SGD, B=1", 4000, lambda: sgd(1, 4000))
    say("numpy, SGD, B=64", 32000, lambda: sgd(64, 32000))
    say("numpy, full gradient", n, lambda: gradient(X, Y, W, b))
    say("PyTorch, SGD, B=64", 12800, lambda: train(Linear(784, 10), plain, 12800))
    say("PyTorch, Adam, B=64", 12800, lambda: train(Linear(784, 10), adam, 12800))
    for width in 200, 512:
        say(f"PyTorch, net {width}-{width}, SGD, B=64", 12800, lambda: train(net(width), plain, 12800))
        say(f"PyTorch, net {width}-{width}, SGD, B=256", 25600, lambda: train(net(width), plain, 25600, 256))
        say(f"PyTorch, net {width}-{width}, Adam, B=64", 12800, lambda: train(net(width), adam, 12800))


def dense():
    import torch
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 256, (20000, 3072), np.uint8).astype(np.float32) / 255, rng.integers(0, 10, 20000)
    Xt, yt = torch.from_numpy(X), torch.from_numpy(y)

    def train(rows):
        m = torch.nn.Linear(3072, 10)
        o, order = torch.optim.SGD(m.parameters(), lr=.01, weight_decay=LAM), torch.randperm(len(X))[:rows]
        for i in range(0, rows, 64):
            j = order[i:i + 64]
            o.zero_grad()
            torch.nn.functional.cross_entropy(m(Xt[j]), yt[j]).backward()
            o.step()

    say("numpy, SGD, B=64, 3,072 features", 12800, lambda: sgd(64, 12800, X, np.eye(10, dtype=np.float32)[y]))
    say("PyTorch, SGD, B=64, 3,072 features", 12800, lambda: train(12800))


def tall():
    from sklearn.linear_model import LogisticRegression
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((200000, 28)), rng.integers(0, 2, 200000)
    for precision in np.float64, np.float32:
        Z = X.astype(precision)
        say(f"scikit-learn, SAGA, 28 features, {precision.__name__}", 20 * len(Z), lambda: LogisticRegression(
            solver="saga", C=1 / (len(Z) * LAM), max_iter=20, tol=1e-12, random_state=0).fit(Z, y), 2)


def objective(m):
    W, b = m.coef_.T, m.intercept_
    Z = X.astype(np.float64) @ W + b
    Z -= Z.max(1, keepdims=True)
    return (np.log(np.exp(Z).sum(1)) - Z[np.arange(n), y]).mean() + LAM / 2 * (W ** 2).sum()


def solve():
    from sklearn.linear_model import LogisticRegression
    import scipy.sparse as sp
    sparse = sp.csr_matrix(X.astype(np.float64))

    def fit(solver, data, iterations):
        return LogisticRegression(multi_class="multinomial", solver=solver, C=1 / (n * LAM), max_iter=iterations,
                                  tol=1e-12, random_state=0).fit(data, y)

    say("scikit-learn, SAGA, sparse", 3 * n, lambda: fit("saga", sparse, 3), 2)
    for solver, data, tries in (("newton-cg", sparse, (11, 12, 14)), ("lbfgs", sparse, (130, 150, 170, 200)), ("sag", X, (16, 20, 24))):
        for iterations in tries:
            model = []
            seconds = spent(lambda: model.append(fit(solver, data, iterations)))
            gap = objective(model[0]) - FSTAR
            if gap <= 1e-6:
                print(f"scikit-learn, {solver}, {iterations} iterations: {seconds:.1f} cpu-s to {gap:.1e}", flush=True)
                break


for name in sys.argv[1:] or ["step", "dense", "tall", "solve"]:
    {"step": step, "dense": dense, "tall": tall, "solve": solve}[name]()
