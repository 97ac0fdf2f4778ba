"""Scores of ensembles of fields by `scores`, `xskillscore`, `scoringrules`, `pysteps` and `scipy`, to hold src/verify to.

Usage: verify_fields.py CASES.json
CASES.json: [{"ny", "nx", "members": [[cell, ...], ...], "truth": [cell, ...], "threshold": t, "window": odd}, ...], missing data as "nan".
Prints one JSON object per case. Scores of values take the cells where the truth and every member have a number; FSS and the cosine
transform take the whole field, with missing cells as "no event" and as 0.
"""
import json
import sys
import warnings

import numpy as np
import xarray as xr

warnings.filterwarnings("ignore")
import io  # noqa: E402
from contextlib import redirect_stdout  # noqa: E402

import scipy.fft  # noqa: E402
import scipy.stats  # noqa: E402
import scoringrules  # noqa: E402
import xskillscore  # noqa: E402

with redirect_stdout(io.StringIO()):
    from pysteps.verification.detcatscores import det_cat_fct
    from pysteps.verification.spatialscores import fss
from scores.categorical import BinaryContingencyManager  # noqa: E402
from scores.probability import brier_score_for_ensemble, roc_curve_data, tw_crps_for_ensemble  # noqa: E402
from scores.spatial import fss_2d_single_field  # noqa: E402


def judge(case):
    shape = (case["ny"], case["nx"])
    all_members = np.array(case["members"], dtype=float)
    all_truth = np.array(case["truth"], dtype=float)
    keep = ~(np.isnan(all_members).any(axis=0) | np.isnan(all_truth))
    members, truth = all_members[:, keep], all_truth[keep]
    threshold, window = case["threshold"], case["window"]
    forecast = xr.DataArray(members, dims=["member", "cell"])
    observed = xr.DataArray(truth, dims=["cell"])
    probability = (forecast >= threshold).mean("member")
    happened = (observed >= threshold).astype(float)
    out = {}

    # Values.
    out["crpsXskillscore"] = float(xskillscore.crps_ensemble(observed, forecast))
    out["crpsScoringrulesFair"] = float(np.mean(scoringrules.crps_ensemble(truth, members.T, estimator="fair")))
    for name, method in (("tailCrpsFair", "fair"), ("tailCrpsEcdf", "ecdf")):
        chained = tw_crps_for_ensemble(forecast, observed, "member", lambda x: np.maximum(x, threshold), method=method)
        out[name] = float(chained)
    out["tailCrpsScoringrules"] = float(
        np.mean(scoringrules.twcrps_ensemble(truth, members.T, a=threshold, estimator="fair"))
    )
    # Ranks without ties: of values moved apart.
    apart = forecast + 1e-3 * xr.DataArray(np.arange(1, members.shape[0] + 1), dims=["member"])
    counts = xskillscore.rank_histogram(observed, apart, dim="cell", random_for_tied=False).values
    out["ranks"] = [float(count) for count in counts]
    expected = counts.sum() / counts.size
    out["flatnessP"] = float(scipy.stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), counts.size - 1))

    # Probabilities.
    out["brier"] = float(xskillscore.brier_score(happened, probability))
    out["brierFair"] = float(
        brier_score_for_ensemble(
            forecast, observed, "member", event_thresholds=[threshold], fair_correction=True
        ).squeeze()
    )
    levels = np.arange(members.shape[0] + 1) / members.shape[0]
    out["rocArea"] = float(roc_curve_data(probability.round(12), happened).AUC)
    edges = np.append(levels - 0.5 / members.shape[0], levels[-1] + 0.5 / members.shape[0])
    binned = xskillscore.reliability(happened.astype(bool), probability, probability_bin_edges=edges)
    out["reliability"] = [None if np.isnan(value) else float(value) for value in binned.values]
    out["samples"] = [float(value) for value in binned.samples.values]

    # One member, yes or no.
    table = BinaryContingencyManager((forecast.isel(member=0) >= threshold).astype(float), happened).transform()
    out["csi"] = float(table.threat_score())
    out["ets"] = float(table.equitable_threat_score())
    out["sedi"] = float(table.symmetric_extremal_dependence_index())
    # pysteps counts "> threshold" here and "≥" in its FSS; values are halves.
    for name, value in det_cat_fct(members[0], truth, threshold - 0.25).items():
        out[f"pysteps{name}"] = float(value)

    # Fields.
    first, seen = all_members[0].reshape(shape), all_truth.reshape(shape)
    out["fssPysteps"] = float(fss(first, seen, threshold, window))
    out["fssScoresInterior"] = float(
        fss_2d_single_field(
            np.nan_to_num(first, nan=-99.0),
            np.nan_to_num(seen, nan=-99.0),
            event_threshold=threshold,
            window_size=(window, window + 1),
            threshold_operator=np.greater_equal,
        )
    )
    out["fssScoresPadded"] = float(
        fss_2d_single_field(
            np.nan_to_num(first, nan=-99.0),
            np.nan_to_num(seen, nan=-99.0),
            event_threshold=threshold,
            window_size=(window + 1, window + 1),
            threshold_operator=np.greater_equal,
            zero_padding=True,
        )
    )
    transformed = scipy.fft.dctn(np.nan_to_num(seen), norm="ortho")
    out["cosine"] = [float(value) for value in transformed.ravel()[:: max(1, transformed.size // 40)]]

    # Vectors of twelve cells.
    vectors, vector = members[:, :12], truth[:12]
    for name, estimator in (("", "nrg"), ("Fair", "fair")):
        out[f"energy{name}"] = float(scoringrules.es_ensemble(vector, vectors, estimator=estimator))
        for order in (0.5, 1.0):
            out[f"variogram{order}{name}"] = float(
                scoringrules.vs_ensemble(vector, vectors, p=order, estimator=estimator)
            )
    return out


with open(sys.argv[1], encoding="utf8") as file:
    print(json.dumps([judge(case) for case in json.load(file)]))
