"""Exact search by inner product in faiss. usage: DENSE QUERIES K"""

import sys

import faiss
from inputs import read_dense
from protocol import serve

faiss.omp_set_num_threads(1)
rows, queries = map(read_dense, sys.argv[1:3])
k = int(sys.argv[3])
index = faiss.IndexFlatIP(rows.shape[1])
index.add(rows)


def one_by_one():
    for i in range(len(queries)):
        index.search(queries[i : i + 1], k)


serve(
    {"single": (one_by_one, len(queries)), "batch": (lambda: index.search(queries, k), len(queries))},
    neighbors=index.search(queries, k)[1].tolist(),
)
