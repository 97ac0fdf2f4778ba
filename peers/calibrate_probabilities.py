"""Calibration of probabilities by scikit-learn, to hold src/recalibration to.

Usage: calibrate_probabilities.py CASES.json
CASES.json: [{"probability": [p, ...], "count": [n, ...], "events": [e, ...]}, ...], p inside 0..1.
Prints one JSON object per case: Brier and logarithmic score of what was issued, isotonic regression of the frequencies, weighted by counts, and the parameters of beta calibration
(Kull et al. 2017): logistic regression without penalty on ln p and -ln(1 - p), a negative slope held at 0 as their package does.
"""
import json
import sys

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss


def beta(p, count, events):
    columns = {"a": np.log(p), "b": -np.log1p(-p)}
    free = ["a", "b"]
    outcome = np.concatenate([np.ones(len(p)), np.zeros(len(p))])
    weight = np.concatenate([events, count - events])
    slopes, intercept = {}, np.log(events.sum() / (count - events).sum())
    while free:
        x = np.column_stack([np.tile(columns[name], 2) for name in free])
        # C = inf: no penalty.
        model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12, max_iter=1000)
        model.fit(x[weight > 0], outcome[weight > 0], sample_weight=weight[weight > 0])
        slopes = dict(zip(free, model.coef_[0]))
        fallen = [name for name in free if slopes[name] < 0]
        if not fallen:
            intercept = model.intercept_[0]
            break
        free.remove(fallen[0])
    else:
        slopes = {}
    return {"a": float(slopes.get("a", 0)), "b": float(slopes.get("b", 0)), "c": float(intercept)}


def calibrate(case):
    p, count, events = (np.array(case[name], dtype=float) for name in ("probability", "count", "events"))
    isotonic = IsotonicRegression().fit(p, events / count, sample_weight=count)
    outcome = np.repeat([1, 0], len(p))
    weight = np.concatenate([events, count - events])
    scores = {
        "brier": float(brier_score_loss(outcome, np.tile(p, 2), sample_weight=weight)),
        "log": float(log_loss(outcome, np.tile(p, 2), sample_weight=weight)),
    }
    return {"isotonic": isotonic.predict(p).tolist(), **scores, **beta(p, count, events)}


with open(sys.argv[1]) as file:
    print(json.dumps([calibrate(case) for case in json.load(file)]))
