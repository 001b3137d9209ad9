"""One logistic regression a label, scikit-learn's liblinear. usage: PROBLEM"""

import sys

import numpy as np
from inputs import read_problem
from protocol import serve
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

X, Y, C = read_problem(sys.argv[1])


def fit():
    return OneVsRestClassifier(LogisticRegression(C=C, solver="liblinear")).fit(X, Y)


def objective(model):
    """Summed over labels; the intercept is not penalised."""
    total = 0.0
    for head, y in zip(model.estimators_, Y.T):
        z = X @ head.coef_[0] + head.intercept_[0]
        total += head.coef_[0] @ head.coef_[0] / 2 + C * np.logaddexp(0, np.where(y > 0, -z, z)).sum()
    return total


serve({"fit": (fit, 1)}, objective=objective(fit()))
