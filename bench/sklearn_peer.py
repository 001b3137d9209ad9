"""Runs a Pointsman multi-label router file in scikit-learn: the same vocabulary, idf and weights.

usage: sklearn_peer.py ROUTER PROMPTS.json -> JSON with probabilities and nanoseconds (one thread).
"""

import json
import os
import statistics
import struct
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import LabelBinarizer

DTYPES = {"F32": np.float32, "U32": np.uint32, "U8": np.uint8}


def read_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        raw = data[8 + length + begin : 8 + length + end]
        tensors[name] = np.frombuffer(raw, DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, json.loads(metadata["router"])


def build(tensors, info):
    if "heads.rates" in tensors:
        sys.exit("this peer runs multi-label routers only")
    blob, offsets = tensors["features.terms"].tobytes(), tensors["features.offsets"]
    terms = [blob[a:b].decode() for a, b in zip(offsets[:-1], offsets[1:])]
    vectorizer = TfidfVectorizer(
        vocabulary={term: i for i, term in enumerate(terms)},
        ngram_range=tuple(info["ngramRange"]),
        sublinear_tf=info["sublinearTf"],
        dtype=np.float32,
    )
    vectorizer.idf_ = tensors["features.idf"]
    weights, bias = tensors["heads.weights"], tensors["heads.bias"]
    classifier = OneVsRestClassifier(LogisticRegression())
    classifier.estimators_ = []
    for j in range(len(bias)):
        head = LogisticRegression()
        head.classes_, head.coef_, head.intercept_ = np.array([0, 1]), weights[:, j][None, :].copy(), bias[j : j + 1]
        head.n_features_in_ = len(terms)
        classifier.estimators_.append(head)
    classifier.label_binarizer_ = LabelBinarizer().fit(np.eye(len(bias), dtype=int))
    classifier.n_features_in_ = len(terms)
    return lambda texts: classifier.predict_proba(vectorizer.transform(texts))


def main():
    predict = build(*read_safetensors(sys.argv[1]))
    with open(sys.argv[2], encoding="utf-8", errors="surrogatepass") as file:
        prompts = json.load(file)
    probabilities = predict(prompts)
    batch, single = [], []
    for _ in range(7):
        begin = time.perf_counter_ns()
        predict(prompts)
        batch.append((time.perf_counter_ns() - begin) / len(prompts))
    for prompt in prompts[:300]:
        begin = time.perf_counter_ns()
        predict([prompt])
        single.append(time.perf_counter_ns() - begin)
    json.dump(
        {
            "probabilities": probabilities.astype(float).tolist(),
            "sklearnCallNs": statistics.median(single),
            "sklearnBatchNs": statistics.median(batch),
        },
        sys.stdout,
    )


main()
