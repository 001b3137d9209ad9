"""The router's own model in scikit-learn: same vocabulary, idf and weights. usage: PROMPTS MODEL"""

import sys

import numpy as np
from inputs import read_model, read_prompts
from protocol import serve
from scipy.sparse import diags
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import LabelBinarizer

prompts = read_prompts(sys.argv[1])
model = read_model(sys.argv[2])



def vectorizer(norm):
    made = TfidfVectorizer(
        vocabulary={term: i for i, term in enumerate(model["terms"])},
        ngram_range=model["ngram_range"],
        norm=norm,
        dtype=np.float32,
    )
    made.idf_ = model["idf"]
    return made


unit_length, unscaled = vectorizer("l2"), vectorizer(None)
classifier = OneVsRestClassifier(LogisticRegression())
classifier.estimators_ = []
for weights, bias in zip(model["weights"].T, model["bias"]):
    head = LogisticRegression()
    head.classes_, head.coef_, head.intercept_ = np.array([0, 1]), weights[None, :].copy(), np.array([bias])
    head.n_features_in_ = len(model["terms"])
    classifier.estimators_.append(head)
classifier.label_binarizer_ = LabelBinarizer().fit(np.eye(len(model["bias"]), dtype=int))
classifier.n_features_in_ = len(model["terms"])


def predict(texts):
    return classifier.predict_proba(unit_length.transform(texts))


def probabilities(texts):
    """What the router computes: rows divided by sqrt(sum tf idf^2). predict() does the same work with its own norm."""
    X = unscaled.transform(texts)
    squares = X @ model["idf"]
    scale = np.divide(1, np.sqrt(squares), out=np.zeros_like(squares), where=squares > 0)
    return classifier.predict_proba(diags(scale) @ X)


# Single calls cost a millisecond each: a slice takes every n-th prompt.
some = prompts[:: max(1, len(prompts) // 60)]


def one_by_one():
    for prompt in some:
        predict([prompt])


serve(
    {"call": (one_by_one, len(some)), "batch": (lambda: predict(prompts), len(prompts))},
    probabilities=np.round(probabilities(prompts).astype(float), 6).tolist(),
)
