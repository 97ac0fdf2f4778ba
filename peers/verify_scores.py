"""Scores of ensembles by `scores` (nci) and `properscoring`, to hold src/verify to.

Usage: verify_scores.py CASES.json
CASES.json: [{"members": [[cell, ...], ...], "truth": [cell, ...], "threshold": t}, ...], missing data as "nan".
Prints one JSON object per case, averaged over the cells where the truth and every member have a number.
"""
import json
import sys
import warnings

import numpy as np
import xarray as xr

warnings.filterwarnings("ignore")
import properscoring  # noqa: E402
from scores.continuous import mae, mean_error, rmse  # noqa: E402
from scores.probability import brier_score_for_ensemble, crps_for_ensemble  # noqa: E402


def judge(case):
    members = np.array(case["members"], dtype=float)
    truth = np.array(case["truth"], dtype=float)
    keep = ~(np.isnan(members).any(axis=0) | np.isnan(truth))
    members, truth = members[:, keep], truth[keep]
    forecast = xr.DataArray(members, dims=["member", "cell"])
    observed = xr.DataArray(truth, dims=["cell"])
    mean = forecast.mean("member")

    def crps(method):
        return float(crps_for_ensemble(forecast, observed, ensemble_member_dim="member", method=method))

    def brier(fair):
        scored = brier_score_for_ensemble(
            forecast, observed, "member", event_thresholds=[case["threshold"]], fair_correction=fair
        )
        return float(scored.squeeze())

    return {
        "cells": int(keep.sum()),
        "crpsFair": crps("fair"),
        "crpsEcdf": crps("ecdf"),
        "crpsProperscoring": float(properscoring.crps_ensemble(truth, members.T).mean()),
        "brierFair": brier(True),
        "brierPlain": brier(False),
        "rmse": float(rmse(mean, observed)),
        "bias": float(mean_error(mean, observed)),
        "mae": float(mae(forecast.isel(member=0), observed)),
        "spread": float(np.sqrt(members.var(axis=0, ddof=1).mean())),
    }


with open(sys.argv[1], encoding="utf8") as file:
    print(json.dumps([judge(case) for case in json.load(file)]))
