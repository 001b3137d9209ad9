#!/usr/bin/env python3
"""The peers of kmeans.mjs: kmeans_peer.py ROWS.f32 COLUMNS CLUSTERS ITERATIONS -> one JSON object.

{sklearn, faiss: {iterationMs, callMs, inertia} or {missing}}, as described in kmeans.mjs. Both start from the first rows.
"""
import json
import sys
import time
import warnings

import numpy as np


def inertia(X, centroids):
    centroids = centroids.astype(np.float64)
    total = 0.0
    for part in np.array_split(X, 16):
        part = part.astype(np.float64)
        squares = (part**2).sum(1)[:, None] - 2 * part @ centroids.T + (centroids**2).sum(1)
        total += squares.min(1).sum()
    return total


def measure(X, iterations, fit):
    """fit(iterations) -> centroids, iterations run"""
    try:
        fit(1)
    except ImportError as error:
        return {"missing": str(error)}
    calls, ones = [], []
    for _ in range(5):
        for times, count in ((calls, iterations), (ones, 1)):
            begin = time.process_time()
            centroids, run = fit(count)
            times.append((time.process_time() - begin) * 1e3)
            if count == iterations:
                result, done = centroids, run
    return {"iterationMs": (min(calls) - min(ones)) / (done - 1), "callMs": min(calls), "inertia": inertia(X, result)}


def main():
    columns, clusters, iterations = map(int, sys.argv[2:5])
    X = np.fromfile(sys.argv[1], np.float32).reshape(-1, columns)
    start = X[:clusters].copy()

    def sklearn(count):
        from sklearn.cluster import KMeans

        model = KMeans(clusters, init=start, n_init=1, max_iter=count, tol=0, algorithm="lloyd").fit(X)
        return model.cluster_centers_, model.n_iter_

    def faiss(count):
        from faiss import Kmeans, omp_set_num_threads

        omp_set_num_threads(1)
        model = Kmeans(columns, clusters, niter=count, max_points_per_centroid=len(X), seed=1)
        model.train(X, init_centroids=start)
        return model.centroids, count

    warnings.simplefilter("ignore")
    json.dump({"sklearn": measure(X, iterations, sklearn), "faiss": measure(X, iterations, faiss)}, sys.stdout)


main()
