"""Trains on what bench/train.mjs wrote with scikit-learn's liblinear and, where it is installed, liblinear itself.

usage: training_peer.py DATA C REPEATS -> JSON, a list of { name, seconds, objectives, probabilities? }

Each label is a problem of its own; seconds are those that the processor worked in the calls that train, the least of
the repeats. liblinear penalises the intercept, which Pointsman and scikit-learn's other solvers do not: objectives are
without that term. "reference" is scikit-learn's newton-cg at a tight tolerance.
"""

import ctypes
import ctypes.util
import json
import sys
import time
import warnings

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression


def read(path):
    with open(path, "rb") as file:
        rows, columns, entries, labels = np.fromfile(file, np.uint32, 4).astype(int)
        indptr = np.fromfile(file, np.uint32, rows + 1).astype(np.int32)
        indices = np.fromfile(file, np.uint32, entries).astype(np.int32)
        values = np.fromfile(file, np.float32, entries).astype(float)
        Y = np.fromfile(file, np.float32, rows * labels).reshape(rows, labels)
    return csr_matrix((values, indices, indptr), (rows, columns)), Y


def measure(name, train, X, Y, C, repeats):
    """train(y) -> seconds, weights, intercept."""
    runs = [[train(y) for y in Y.T] for _ in range(repeats)]
    objectives, probabilities = [], []
    for y, (_, w, b) in zip(Y.T, runs[0]):
        z = X @ w + b
        objectives.append(float(w @ w / 2 + C * np.sum(np.logaddexp(0, z) - y * z)))
        probabilities.append((1 / (1 + np.exp(-z))).tolist())
    seconds = min(sum(one[0] for one in run) for run in runs)
    return {"name": name, "seconds": seconds, "objectives": objectives, "probabilities": probabilities}


def scikit_learn(X, C, **options):
    def train(y):
        model = LogisticRegression(C=C, **options)
        begin = time.process_time()
        model.fit(X, y)
        return time.process_time() - begin, model.coef_[0], model.intercept_[0]

    return train


class Node(ctypes.Structure):
    _fields_ = [("index", ctypes.c_int), ("value", ctypes.c_double)]


class Problem(ctypes.Structure):
    _fields_ = [("l", ctypes.c_int), ("n", ctypes.c_int), ("y", ctypes.POINTER(ctypes.c_double)),
                ("x", ctypes.POINTER(ctypes.POINTER(Node))), ("bias", ctypes.c_double)]


class Parameter(ctypes.Structure):
    """Of version 2.30."""
    _fields_ = [("solver_type", ctypes.c_int), ("eps", ctypes.c_double), ("C", ctypes.c_double),
                ("nr_weight", ctypes.c_int), ("weight_label", ctypes.c_void_p), ("weight", ctypes.c_void_p),
                ("p", ctypes.c_double), ("init_sol", ctypes.c_void_p)]


class Model(ctypes.Structure):
    _fields_ = [("param", Parameter), ("nr_class", ctypes.c_int), ("nr_feature", ctypes.c_int),
                ("w", ctypes.POINTER(ctypes.c_double)), ("label", ctypes.POINTER(ctypes.c_int))]


def liblinear_library():
    name = ctypes.util.find_library("linear")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    if ctypes.c_int.in_dll(library, "liblinear_version").value != 230:
        return None
    library.train.restype = ctypes.POINTER(Model)
    quiet = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(lambda text: None)
    library.set_print_string_function(quiet)
    library.quiet = quiet
    return library


def liblinear(library, X, C, solver, eps):
    """The intercept is a last column of ones."""
    rows, columns = X.shape
    nodes = np.zeros(X.nnz + 2 * rows, dtype=[("index", np.int32), ("value", float)])
    nodes = np.require(nodes.astype(np.dtype([("index", np.int32), ("value", float)], align=True)), requirements="C")
    starts = X.indptr[:-1] + 2 * np.arange(rows)
    at = np.arange(X.nnz) + 2 * np.repeat(np.arange(rows), np.diff(X.indptr))
    nodes["index"][at], nodes["value"][at] = X.indices + 1, X.data
    ends = X.indptr[1:] + 2 * np.arange(rows)
    nodes["index"][ends], nodes["value"][ends], nodes["index"][ends + 1] = columns + 1, 1, -1
    first = ctypes.addressof(ctypes.cast(nodes.ctypes.data, ctypes.POINTER(Node)).contents)
    pointers = (ctypes.POINTER(Node) * rows)(
        *(ctypes.cast(first + int(s) * ctypes.sizeof(Node), ctypes.POINTER(Node)) for s in starts))

    def train(y):
        target = np.where(y > 0, 1.0, -1.0)
        problem = Problem(rows, columns + 1, target.ctypes.data_as(ctypes.POINTER(ctypes.c_double)), pointers, 1)
        parameter = Parameter(solver_type=solver, eps=eps, C=C)
        begin = time.process_time()
        model = library.train(ctypes.byref(problem), ctypes.byref(parameter))
        seconds = time.process_time() - begin
        w = np.ctypeslib.as_array(model.contents.w, (columns + 1,)) * model.contents.label[0]
        library.free_and_destroy_model(ctypes.byref(model))
        return seconds, w[:-1], w[-1]

    train.nodes = nodes
    return train


def main():
    path, C, repeats = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    warnings.simplefilter("ignore")
    X, Y = read(path)
    peers = {"scikit-learn liblinear": scikit_learn(X, C, solver="liblinear")}
    library = liblinear_library()
    if library is not None:
        peers["liblinear -s 0 -e 0.01"] = liblinear(library, X, C, 0, 0.01)
        peers["liblinear -s 7 -e 0.01"] = liblinear(library, X, C, 7, 0.01)
    results = [measure(name, train, X, Y, C, repeats) for name, train in peers.items()]
    reference = scikit_learn(X, C, solver="newton-cg", tol=1e-8, max_iter=1000)
    results.append(measure("reference", reference, X, Y, C, 1))
    json.dump([{**r, "probabilities": None} if r["name"] != "reference" else r for r in results], sys.stdout)


main()
