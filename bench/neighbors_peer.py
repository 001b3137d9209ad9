#!/usr/bin/env python3
"""The faiss side of neighbors.mjs: neighbors_peer.py VECTORS.f32 QUERIES.f32 COLUMNS K -> one JSON object.

singleMs: median of one query at a time; batchMs: a query's share of the fastest of five calls with all of them;
indices: [queries x k], flat, by inner product.
"""
import json
import statistics
import sys
import time

import faiss
import numpy as np


def main():
    columns, k = int(sys.argv[3]), int(sys.argv[4])
    vectors, queries = (np.fromfile(path, np.float32).reshape(-1, columns) for path in sys.argv[1:3])
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(columns)
    index.add(vectors)
    indices = index.search(queries, k)[1]
    batch, single = [], []
    for _ in range(5):
        begin = time.process_time()
        index.search(queries, k)
        batch.append((time.process_time() - begin) * 1e3 / len(queries))
    for i in range(len(queries)):
        begin = time.process_time()
        index.search(queries[i : i + 1], k)
        single.append((time.process_time() - begin) * 1e3)
    json.dump({"singleMs": statistics.median(single), "batchMs": min(batch), "indices": indices.ravel().tolist()}, sys.stdout)


main()
