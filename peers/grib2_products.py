"""Writes with ecCodes one GRIB2 message for each kind of ensemble product, and prints as JSON lines what ecCodes says of each.

    python peers/grib2_products.py FILE
"""

import json
import sys

import eccodes

MEMBER = {"typeOfEnsembleForecast": 3, "perturbationNumber": 7, "numberOfForecastsInEnsemble": 14}
DERIVED = {"derivedForecast": 4, "numberOfForecastsInEnsemble": 13}
PROBABILITY = {
    "forecastProbabilityNumber": 0,
    "totalNumberOfForecastProbabilities": 10,
    "probabilityType": 2,
    "scaleFactorOfLowerLimit": 1,
    "scaledValueOfLowerLimit": -125,
    "scaleFactorOfUpperLimit": -2,
    "scaledValueOfUpperLimit": 15,
}
ABOVE = {"scaleFactorOfLowerLimit": "missing", "scaledValueOfLowerLimit": "missing", "probabilityType": 1}
INTERVAL = {"typeOfStatisticalProcessing": 2, "stepRange": "3-6"}

CASES = {
    1: MEMBER,
    2: DERIVED,
    5: PROBABILITY,
    6: {"percentileValue": 90},
    9: PROBABILITY | ABOVE | INTERVAL,
    10: {"percentileValue": 10} | INTERVAL,
    11: MEMBER | INTERVAL,
    12: DERIVED | INTERVAL,
}

with open(sys.argv[1], "wb") as stream:
    for template, keys in CASES.items():
        handle = eccodes.codes_grib_new_from_samples("regular_ll_sfc_grib2")
        for key, value in {"dataDate": 20260801, "dataTime": 1200, "centre": 7, "step": 6}.items():
            eccodes.codes_set(handle, key, value)
        eccodes.codes_set(handle, "productDefinitionTemplateNumber", template)
        for key, value in keys.items():
            if value == "missing":
                eccodes.codes_set_missing(handle, key)
            else:
                eccodes.codes_set(handle, key, value)
        eccodes.codes_write(handle, stream)
        print(
            json.dumps(
                {
                    "template": template,
                    "stepRange": eccodes.codes_get_string(handle, "stepRange"),
                    **{key: eccodes.codes_get(handle, key) for key in keys if keys[key] != "missing"},
                }
            )
        )
