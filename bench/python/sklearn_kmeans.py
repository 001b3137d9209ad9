"""Lloyd's algorithm in scikit-learn from the first k rows. usage: DENSE K SHORT LONG (iterations)"""

import sys
import warnings

from inputs import read_dense
from protocol import serve
from sklearn.cluster import KMeans

warnings.filterwarnings("ignore")
X = read_dense(sys.argv[1])
k, short, long = map(int, sys.argv[2:])


def fit(iterations):
    return KMeans(k, init=X[:k], n_init=1, max_iter=iterations, tol=0, algorithm="lloyd").fit(X)


fitted = fit(long)
serve(
    {"short": (lambda: fit(short), 1), "long": (lambda: fit(long), 1)},
    inertia=float(fitted.inertia_),
    iterations=int(fitted.n_iter_),
)
