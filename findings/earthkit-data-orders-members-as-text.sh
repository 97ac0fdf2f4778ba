#!/bin/bash
# earthkit-data 1.3.0 (PyPI, ecCodes 2.50.0), 2026-12: members of a GRIB2 ensemble are ordered as text.
#
# Twelve perturbed forecasts, perturbationNumber 0 to 11, written in order, open with to_xarray as
#   member = ['0' '1' '10' '11' '2' '3' '4' '5' '6' '7' '8' '9']
# so that isel(member=2) is member 10. cfgrib 0.9.15.1 gives numbers in order. Exits 0 when that is still so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check eccodes==2.50.0 earthkit-data==1.3.0 cfgrib==0.9.15.1 xarray==2026.9.0 numpy
cat >try.py <<'PY'
import sys

import cfgrib
import earthkit.data
import eccodes
import numpy as np

with open("members.grib2", "wb") as stream:
    for member in range(12):
        handle = eccodes.codes_grib_new_from_samples("regular_ll_sfc_grib2")
        for key, value in {"productDefinitionTemplateNumber": 1, "typeOfProcessedData": 4, "typeOfEnsembleForecast": 3,
                           "perturbationNumber": member, "numberOfForecastsInEnsemble": 12}.items():
            eccodes.codes_set(handle, key, value)
        values = np.full(eccodes.codes_get(handle, "numberOfValues"), float(member))
        values[0] = -1
        eccodes.codes_set_values(handle, values)
        eccodes.codes_write(handle, stream)

cube = earthkit.data.from_source("file", "members.grib2").to_xarray()
[name] = cube.data_vars
labels = [str(label) for label in cube["member"].values]
print("earthkit-data:", labels, "isel(member=2) holds", float(cube[name].isel(member=2).max()))
numbers = [int(n) for n in cfgrib.open_dataset("members.grib2", indexpath="")["number"].values]
print("cfgrib:", numbers)
same = labels == sorted(map(str, range(12))) and float(cube[name].isel(member=2).max()) == 10
sys.exit(0 if same and numbers == list(range(12)) else 1)
PY
venv/bin/python try.py
