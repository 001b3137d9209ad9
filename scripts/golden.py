#!/usr/bin/env python3
"""Writes test/golden/*.json: what scikit-learn makes of a few texts. Run with Python 3.11 and scikit-learn 1.2:

    /usr/bin/python3 scripts/golden.py
"""
import json
import pathlib
import warnings

import numpy
from scipy.optimize import nnls
from scipy.sparse import vstack
from sklearn.calibration import calibration_curve
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import brier_score_loss, classification_report, log_loss

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "golden"

SCRIPTS = [
    "Plain ASCII, with_underscores and 42 numbers; a b c I x1 1x __ _",
    "Curly \u201cquotes\u201d, an em\u2014dash, it\u2019s an ellipsis\u2026 and a\u00a0no-break space",
    "Voil\u00e0 une phrase fran\u00e7aise: o\u00f9 est le caf\u00e9? \u00c9T\u00c9 \u00cele \u00e9 \u00e0",
    "Decomposed cafe\u0301 and A\u030angstro\u0308m split at combining marks",
    "Stra\u00dfe und GRO\u1e9eE \u00c4\u00d6\u00dc \u00e4\u00f6\u00fc",
    "\u0130stanbul \u0130\u0130 \u0131\u015f\u0131k I\u011eDIR a\u0130b",
    "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 \u03a3\u0391\u03a3 \u03a3 \u0391\u03a3\u2019\u0392 \u0391\u03a3\u2019 \u03a3\u03a3 \u0391\u0301\u03a3 x\u03a3\u0301y x\u03a3\u0301 \u03a3. '\u03a3 A.\u03a3.B",
    "\u041f\u0440\u0438\u0432\u0435\u0442 \u041c\u0418\u0420, \u0451\u043b\u043a\u0430 \u042f \u0438 \u0442\u044b",
    "\u4f60\u597d\u4e16\u754c \u3053\u3093\u306b\u3061\u306f\u3001\u4e16\u754c\u3002 \u30ab\u30bf\u30ab\u30ca\u30fc \u540d \uc548\ub155\ud558\uc138\uc694 \uc138\uacc4",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 \u0661\u0662\u0663 \u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e \u0967\u0968\u0969 \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e0a\u0e32\u0e27\u0e42\u0e25\u0e01",
    "\U0001f600 emoji\U0001f44d\U0001f3fdglued \u2764\ufe0f heart \U0001f1e9\U0001f1ea flag ok\u200djoined",
    "\U00010400\U00010428 Deseret, \U0001d400\U0001d401 mathematical, \U00020000\U00020001 ideographs, \U0001d7ce\U0001d7cf digits",
    "x\u00b2 y\u00b3 \u00bd \u2160\u2161\u2162 \u24b6\u24b7 \ufb01ne \uff21\uff22\uff23 \u01c4\u01c5 \u1e9e\u1e9e \u2126\u212b \u212a\u212a",
    "NUL\x00inside tab\tnew\nline \x7f\x80\x85\xa0\xad soft\u00adhyphen zero\u200bwidth \ufeffBOM",
    "\u1c90\u1c91 \u10d0\u10d1 \u10a0\u10a1 \u13a0\u13a1 \uab70\uab71 \ua64a\u1c88 \u023a\u023a \u2c65\u023e",
]

OPENINGS = ["How many", "Write a poem about", "Explain why", "Translate into French:", "Compute the sum of",
            "What is the capital of", "Prove that", "List three"]
SUBJECTS = ["apples", "the sea", "prime numbers", "caf\u00e9s in Paris", "a red train", "old \u201cletters\u201d", "triangles",
            "the river", "fast cars", "\u043c\u0438\u0440\u044b"]
ENDINGS = ["and say why.", "in ten words", "if the answer is 42", "for a child of 7?", "step by step, step by step"]


def prompts(count=160):
    random = numpy.random.RandomState(7)
    pick = lambda words: words[random.randint(len(words))]
    return [f"{pick(OPENINGS)} {pick(SUBJECTS)} {pick(ENDINGS)}" for _ in range(count)]


def exact(values, digits=9):
    return [float(f"%.{digits}g" % value) for value in numpy.asarray(values, dtype=float).ravel()]


PATTERNS = [r"\w\w+", r"\w+"]


def analyzer(pattern):
    return TfidfVectorizer(token_pattern=rf"(?u)\b{pattern}\b").build_analyzer()


def every_code_point(cut):
    """One checksum over what the analyzer makes of every code point outside ASCII."""
    points = [p for p in range(0x80, 0x110000) if not 0xD800 <= p <= 0xDFFF]
    checksum, count = 0, 0
    for p in points:
        # FNV-1a over the code points of the words of "a<p>b <p>c", so that one number covers them all.
        for word in cut(f"a{chr(p)}b {chr(p)}c"):
            count += 1
            for c in [*map(ord, word), 0]:
                checksum = ((checksum ^ c) * 16777619) & 0xFFFFFFFF
    return {"checksum": checksum, "words": count}


def vectorizer_case(texts, **options):
    vectorizer = TfidfVectorizer(**options)
    X = vectorizer.fit_transform(texts)
    X.sort_indices()
    terms = [str(t) for t in vectorizer.get_feature_names_out()]
    counts = (X > 0).sum(axis=0).A1.tolist()
    return vectorizer, X, {
        "options": {"ngramRange": options.get("ngram_range", (1, 1)), "minDf": options.get("min_df", 1),
                    "maxDf": options.get("max_df", 1.0), "sublinearTf": options.get("sublinear_tf", False)},
        "terms": terms, "documentFrequency": counts, "idf": exact(vectorizer.idf_),
        "indptr": X.indptr.tolist(), "indices": X.indices.tolist(), "values": exact(X.data, 7),
    }


def words_case(pattern):
    cut = analyzer(pattern)
    return {"tokenPattern": pattern, "words": [cut(text) for text in SCRIPTS], "every": every_code_point(cut)}


def terms_of(text, pattern):
    """Words and pairs of them, then each word's n-grams of 3 and 4 characters between "<" and ">", marked with "#"."""
    words = analyzer(pattern)(text)
    marked = [f"<{word}>" for word in words]
    return words + [f"{a} {b}" for a, b in zip(words, words[1:])] + [
        "#" + word[i:i + n] for word in marked for n in (3, 4) for i in range(len(word) - n + 1)]


def terms_cases(texts, pattern):
    """What TfidfVectorizer makes of those terms, and the same counts divided by sqrt(sum count idf^2)."""
    cut = lambda text: terms_of(text, pattern)
    vectorizer, X, case = vectorizer_case(texts, analyzer=cut, min_df=3, max_df=0.4)
    case["options"].update(tokenPattern=pattern, ngramRange=[1, 2], charNgramRange=[3, 4], norm="l2")
    counts = CountVectorizer(analyzer=cut, vocabulary=vectorizer.vocabulary_).transform(texts)
    counts.sort_indices()
    idf = vectorizer.idf_
    norms = numpy.sqrt(counts @ idf ** 2)
    rows = numpy.repeat(numpy.arange(len(texts)), numpy.diff(counts.indptr))
    values = counts.data * idf[counts.indices] / norms[rows]
    assert (counts.indices == X.indices).all()
    occurrence = {**case, "options": {**case["options"], "norm": "occurrence"}, "values": exact(values, 7)}
    return [case, occurrence]


def objective(X, y, s, w, b, C):
    z = X @ w + b
    return 0.5 * w @ w + C * numpy.sum(s * (numpy.logaddexp(0, z) - y * z))


def logistic_case(X, C):
    """Soft targets become two weighted rows, one of each class; unknown rows are left out."""
    random = numpy.random.RandomState(11)
    labels = 19  # more than one block of lanes
    Y = numpy.round(1 / (1 + numpy.exp(-X @ random.randn(X.shape[1], labels) * 2)), 2)
    Y[:, ::2] = (Y[:, ::2] > 0.5)
    Y[random.rand(*Y.shape) < 0.1] = numpy.nan
    weight = numpy.round(random.rand(X.shape[0]) * 2, 2)
    probabilities, objectives = [], []
    for label in range(labels):
        known = ~numpy.isnan(Y[:, label])
        A, y, s = X[known], Y[known, label], weight[known]
        model = LogisticRegression(C=C, solver="lbfgs", tol=1e-10, max_iter=20000)
        both = numpy.r_[numpy.ones(len(y)), numpy.zeros(len(y))]
        model.fit(vstack([A, A]), both, sample_weight=numpy.r_[s * y, s * (1 - y)])
        w, b = model.coef_[0], model.intercept_[0]
        objectives.append(objective(A, y, s, w, b, C))
        probabilities.append(model.predict_proba(X)[:, 1])
    return {"C": C, "labels": labels, "Y": [None if numpy.isnan(v) else float(v) for v in Y.ravel()],
            "sampleWeight": exact(weight), "objective": exact(objectives),
            "probabilities": exact(numpy.array(probabilities).T, 7), "variants": logistic_variants(X, C, Y)}


def logistic_variants(X, C, Y):
    """Other penalties and class weights, on the first labels that are 0 or 1 only; unknown rows are left out."""
    cases = [{"l1Ratio": 0.4}, {"l1Ratio": 1}, {"l1Ratio": 0, "classWeight": "balanced"},
             {"l1Ratio": 0.6, "classWeight": "balanced"}]
    out = []
    for case in cases:
        probabilities = []
        for label in (0, 2, 4):
            known = ~numpy.isnan(Y[:, label])
            model = LogisticRegression(C=C, penalty="elasticnet", solver="saga", l1_ratio=case["l1Ratio"],
                                       class_weight=case.get("classWeight"), tol=1e-9, max_iter=50000, random_state=0)
            model.fit(X[known], Y[known, label])
            probabilities.append(model.predict_proba(X)[:, 1])
        out.append({**case, "probabilities": exact(numpy.array(probabilities).T, 7)})
    return {"labels": [0, 2, 4], "cases": out}


def least_squares_case():
    """Correlated columns, the last a copy of the first, so that the shortest solution matters."""
    random = numpy.random.RandomState(5)
    X = numpy.round(random.rand(30, 6) + random.rand(30, 1), 3)
    X[:, 5] = X[:, 0]
    Y = numpy.round(X @ random.randn(6, 3) + 0.3 * random.randn(30, 3) + 1, 3)
    mean, means = X.mean(axis=0), Y.mean(axis=0)
    ridge = Ridge(alpha=0.7, tol=1e-12).fit(X, Y)
    return {"columns": 6, "targets": 3, "X": exact(X), "Y": exact(Y), "cases": [
        {"options": {"fitIntercept": False}, "weights": exact(numpy.linalg.lstsq(X, Y, rcond=None)[0], 12)},
        {"options": {}, "weights": exact(numpy.linalg.lstsq(X - mean, Y - means, rcond=None)[0], 12)},
        {"options": {"alpha": 0.7}, "weights": exact(ridge.coef_.T, 12), "bias": exact(ridge.intercept_, 12)},
        # Without the copy, whose share is arbitrary here.
        {"options": {"fitIntercept": False, "positive": True}, "columns": 5,
         "weights": exact(numpy.array([nnls(X[:, :5], y)[0] for y in Y.T]).T, 12)}]}


def classes_case():
    """Four labels; one is never predicted and one never right, so that there is nothing to divide by."""
    random = numpy.random.RandomState(3)
    truth = (random.rand(40, 4) < [0.7, 0.4, 0.2, 0]).astype(int)
    probabilities = numpy.round(0.3 * truth + 0.7 * random.rand(40, 4), 2)
    probabilities[:, 2] = numpy.minimum(probabilities[:, 2], 0.49)
    probabilities[0, 0] = 0.5
    report = classification_report(truth, probabilities >= 0.5, output_dict=True, zero_division=0)
    scores = lambda one: {"precision": one["precision"], "recall": one["recall"], "f1": one["f1-score"],
                          "support": int(one["support"])}
    return {"labels": 4, "marks": truth.ravel().tolist(), "probabilities": exact(probabilities),
            "models": [scores(report[str(label)]) for label in range(4)],
            **{name: scores(report[f"{name} avg"]) for name in ("micro", "macro", "weighted")}}


def calibration_case():
    """Predictions that are too sure of themselves, some of them equal."""
    random = numpy.random.RandomState(11)
    p = numpy.round(random.rand(200), 2)
    y = (random.rand(200) < 0.2 + 0.5 * p).astype(float)
    asked = numpy.linspace(0, 1, 65)
    step = lambda targets: exact(IsotonicRegression(out_of_bounds="clip").fit(p, targets).predict(asked))
    logit = numpy.log(p.clip(1e-4, 1 - 1e-4) / (1 - p.clip(1e-4, 1 - 1e-4)))[:, None]
    right = y.sum()
    targets = numpy.where(y == 1, (right + 1) / (right + 2), 1 / (len(y) - right + 2))
    # A soft target is both classes, weighted.
    platt = LogisticRegression(C=1e12, tol=1e-12, max_iter=10000).fit(
        numpy.vstack([logit, logit]), numpy.repeat([1, 0], len(y)), numpy.concatenate([targets, 1 - targets]))
    temperature = LogisticRegression(C=1e12, tol=1e-12, max_iter=10000, fit_intercept=False).fit(logit, y)
    curves = {name: [exact(c) for c in calibration_curve(y, p, n_bins=10, strategy=name)[::-1]]
              for name in ("uniform", "quantile")}
    return {"p": exact(p), "y": exact(y), "isotonic": step(y), "softIsotonic": step(0.1 + 0.7 * y),
            "platt": exact([platt.coef_[0, 0], platt.intercept_[0]]), "temperature": float(temperature.coef_[0, 0]),
            "brier": brier_score_loss(y, p), "logLoss": log_loss(y, p.clip(1e-7, 1 - 1e-7)), "curves": curves}


def svd_case(X, components):
    """Signs so that the entry of largest size of each right singular vector is positive."""
    _, values, V = numpy.linalg.svd(X.toarray().astype(float), full_matrices=False)
    V = V[:components].T
    signs = numpy.sign(V[numpy.abs(V).argmax(axis=0), numpy.arange(components)])
    return {"components": components, "singularValues": exact(values[:components]), "V": exact(V * signs)}


STARTS = [[0], [3, 1, 4, 15, 9, 2, 6], list(range(0, 160, 8))]


def kmeans_from_rows(X, rows):
    """Lloyd's iterations from these rows as centroids, until nothing changes."""
    fit = KMeans(len(rows), init=X[rows].toarray(), n_init=1, tol=0, max_iter=1000, algorithm="lloyd").fit(X)
    return {"rows": rows, "labels": fit.labels_.tolist(), "inertia": fit.inertia_}


def main():
    warnings.simplefilter("ignore")
    FOLDER.mkdir(parents=True, exist_ok=True)
    write = lambda name, value: (FOLDER / name).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")
    write("words.json", {"texts": SCRIPTS, "cases": [words_case(pattern) for pattern in PATTERNS]})
    texts = prompts()
    cases = [vectorizer_case(texts + SCRIPTS, ngram_range=(1, 2), min_df=2)[2],
             vectorizer_case(texts[:40] + SCRIPTS, ngram_range=(2, 3), max_df=0.5, sublinear_tf=True)[2],
             vectorizer_case(texts[:60], ngram_range=(1, 3), min_df=3, sublinear_tf=True)[2],
             vectorizer_case(texts[:60] + SCRIPTS, ngram_range=(1, 2), token_pattern=rf"(?u)\b{PATTERNS[1]}\b")[2]]
    cases[3]["options"]["tokenPattern"] = PATTERNS[1]
    write("tfidf.json", {"prompts": texts, "scripts": SCRIPTS, "cases": cases})
    write("terms.json", {"cases": [case for p in PATTERNS for case in terms_cases(texts[:24] + SCRIPTS, p)]})
    _, X, _ = vectorizer_case(texts, ngram_range=(1, 2), min_df=2)
    write("logistic.json", logistic_case(X, 1.5))
    write("least_squares.json", least_squares_case())
    write("classes.json", classes_case())
    write("calibration.json", calibration_case())
    write("svd.json", svd_case(X, 6))
    inertia = {k: KMeans(k, n_init=50, random_state=0, tol=0).fit(X).inertia_ for k in (1, 3, 8)}
    write("kmeans.json", {"inertia": inertia, "given": [kmeans_from_rows(X, rows) for rows in STARTS]})


main()
