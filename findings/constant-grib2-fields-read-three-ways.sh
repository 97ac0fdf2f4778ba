#!/bin/bash
# ecCodes 2.50.0, GDAL 3.10.3 (rasterio 1.4.4), gribberish 0.30.3 (PyPI), 2026-12: one constant field, three values.
#
# ecCodes writes a constant field in 0 bits with R = the value itself and leaves the decimal scale factor D as it was asked for. Reading,
#   ecCodes     gives R            273.15
#   GDAL        gives R / 10^D     2.7315
#   gribberish  gives 0, and 0 where the bitmap says missing
# and of a field with no value at all (bitmap of zeros, section 7 empty) gribberish gives zeros where the others give missing.
# Exits 0 when that is still so.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check eccodes==2.50.0 rasterio==1.4.4 gribberish==0.30.3 numpy
export GRIB_NORMALIZE_UNITS=NO
cat >try.py <<'PY'
import sys

import eccodes
import gribberish
import numpy as np
import rasterio


def write(name, values):
    handle = eccodes.codes_grib_new_from_samples("regular_ll_sfc_grib2")
    for key, value in {"Ni": 4, "Nj": 3, "iDirectionIncrementInDegrees": 1, "jDirectionIncrementInDegrees": 1,
                       "latitudeOfFirstGridPointInDegrees": 50, "latitudeOfLastGridPointInDegrees": 48,
                       "longitudeOfFirstGridPointInDegrees": 0, "longitudeOfLastGridPointInDegrees": 3,
                       "bitmapPresent": int(np.isnan(values).any()), "missingValue": 9999, "decimalPrecision": 2}.items():
        eccodes.codes_set(handle, key, value)
    eccodes.codes_set_values(handle, np.where(np.isnan(values), 9999.0, values))
    print(name, {key: eccodes.codes_get(handle, key) for key in ("decimalScaleFactor", "bitsPerValue", "referenceValue")})
    with open(name, "wb") as stream:
        eccodes.codes_write(handle, stream)


def read(name):
    with open(name, "rb") as stream:
        handle = eccodes.codes_grib_new_from_file(stream)
        eccodes.codes_set(handle, "missingValue", 9999)
        first = eccodes.codes_get_values(handle)
    first[first == 9999] = np.nan
    with rasterio.open(name) as raster:
        second = raster.read(1, masked=True).astype(float).filled(np.nan).ravel()
    third = np.asarray(gribberish.parse_grib_message(open(name, "rb").read(), 0).data(), dtype=float)
    print(name, "ecCodes", first[:4], "GDAL", second[:4], "gribberish", third[:4])
    return first, second, third


gaps = np.full(12, 273.15)
gaps[1] = np.nan
same = True
for name, values in {"constant.grib2": np.full(12, 273.15), "gaps.grib2": gaps}.items():
    write(name, values)
    first, second, third = read(name)
    same &= np.allclose(first, values, equal_nan=True) and np.allclose(second, values / 100, equal_nan=True)
    same &= bool((third == 0).all())
write("nothing.grib2", np.full(12, np.nan))
first, second, third = read("nothing.grib2")
same &= bool(np.isnan(first).all() and np.isnan(second).all() and (third == 0).all())
sys.exit(0 if same else 1)
PY
venv/bin/python try.py
