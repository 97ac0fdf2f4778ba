#!/bin/bash
# cfgrib 0.9.15.1, earthkit-data 1.3.0 (PyPI, ecCodes 2.50.0), 2026-12: probabilities of several thresholds in one GRIB2 file.
#
# Two fields that differ in their threshold alone (template 4.5, scaledValueOfLowerLimit 10 and 40) open in cfgrib as one variable without
# any dimension of threshold: one of them at every step, and no word of the other. open_datasets does the same. earthkit-data's to_xarray
# refuses the file ("does not form a full hypercube"). Exits 0 when that is still so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check eccodes==2.50.0 cfgrib==0.9.15.1 earthkit-data==1.3.0 xarray==2026.9.0 numpy
cat >try.py <<'PY'
import sys
import warnings

import cfgrib
import earthkit.data
import eccodes
import numpy as np

with open("thresholds.grib2", "wb") as stream:
    for step, threshold, probability in ((1, 10, 81.0), (1, 40, 21.0), (6, 10, 86.0), (6, 40, 26.0)):
        handle = eccodes.codes_grib_new_from_samples("regular_ll_sfc_grib2")
        for key, value in {"productDefinitionTemplateNumber": 5, "parameterCategory": 1, "parameterNumber": 8, "forecastTime": step,
                           "probabilityType": 3, "scaleFactorOfLowerLimit": 0, "scaledValueOfLowerLimit": threshold}.items():
            eccodes.codes_set(handle, key, value)
        values = np.full(eccodes.codes_get(handle, "numberOfValues"), probability)
        values[0] = 0
        eccodes.codes_set_values(handle, values)
        eccodes.codes_write(handle, stream)

with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    sets = cfgrib.open_datasets("thresholds.grib2", backend_kwargs={"indexpath": ""})
about = [str(each.message) for each in told if "threshold" in str(each.message).lower() or "skipp" in str(each.message).lower()]
[variable] = [array for each in sets for array in each.data_vars.values()]
print("cfgrib:", len(sets), "dataset,", variable.dims, "largest", variable.max(("latitude", "longitude")).values, "warnings", about)
try:
    earthkit.data.from_source("file", "thresholds.grib2").to_xarray()
    refused = ""
except Exception as error:
    refused = str(error)
print("earthkit-data:", refused[:120])
same = variable.dims == ("step", "latitude", "longitude") and float(variable.max()) in (26.0, 86.0) and not about
sys.exit(0 if same and "hypercube" in refused else 1)
PY
venv/bin/python try.py
