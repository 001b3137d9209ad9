"""Lloyd's algorithm in faiss from the first k rows. usage: DENSE K SHORT LONG (iterations)"""

import sys

import faiss
from inputs import read_dense
from protocol import serve

faiss.omp_set_num_threads(1)
X = read_dense(sys.argv[1])
k, short, long = map(int, sys.argv[2:])


def fit(iterations):
    kmeans = faiss.Kmeans(
        X.shape[1], k, niter=iterations, min_points_per_centroid=1, max_points_per_centroid=len(X)
    )
    kmeans.train(X, init_centroids=X[:k])
    return kmeans


def inertia(kmeans):
    distances, _ = kmeans.index.search(X, 1)
    return float(distances.sum())


serve({"short": (lambda: fit(short), 1), "long": (lambda: fit(long), 1)}, inertia=inertia(fit(long)), iterations=long)
