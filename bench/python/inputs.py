"""Reads the files of bench/lib/exchange.mjs."""

import numpy as np


class Reader:
    def __init__(self, path):
        self.data = np.fromfile(path, np.uint8)
        self.at = 0

    def array(self, dtype, count):
        size = np.dtype(dtype).itemsize * count
        values = np.frombuffer(self.data[self.at : self.at + size].tobytes(), dtype)
        self.at += size
        return values

    def numbers(self, count):
        return [int(x) for x in self.array(np.uint32, count)]


def read_prompts(path):
    reader = Reader(path)
    (count,) = reader.numbers(1)
    lengths = reader.numbers(count)
    return [reader.array(np.uint16, n).tobytes().decode("utf-16-le", "surrogatepass") for n in lengths]


def read_model(path):
    reader = Reader(path)
    terms, heads, shortest, longest, size = reader.numbers(5)
    offsets = reader.numbers(terms + 1)
    blob = reader.array(np.uint8, size).tobytes()
    return {
        "terms": [blob[a:b].decode() for a, b in zip(offsets[:-1], offsets[1:])],
        "ngram_range": (shortest, longest),
        "idf": reader.array(np.float32, terms),
        "weights": reader.array(np.float32, terms * heads).reshape(terms, heads),
        "bias": reader.array(np.float32, heads),
    }


def read_problem(path):
    """X (CSR, float64), Y [rows x labels], C."""
    from scipy.sparse import csr_matrix

    reader = Reader(path)
    rows, columns, labels = reader.numbers(3)
    indptr = reader.array(np.int32, rows + 1)
    indices = reader.array(np.int32, int(indptr[-1]))
    values = reader.array(np.float32, int(indptr[-1])).astype(float)
    Y = reader.array(np.float32, rows * labels).reshape(labels, rows).T
    X = csr_matrix((values, indices, indptr), shape=(rows, columns))
    return X, np.ascontiguousarray(Y), float(reader.array(np.float32, 1)[0])


def read_dense(path):
    reader = Reader(path)
    rows, columns = reader.numbers(2)
    return reader.array(np.float32, rows * columns).reshape(rows, columns)
