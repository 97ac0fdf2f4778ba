"""Compares an archive, opened by xarray, with the GRIB2 files it was built from, decoded by ecCodes.

    python peers/compare_hrrr_series.py ARCHIVE FOLDER

For every hour and channel the float32 values must be the same bits, but for cells that the archive left out as broken. Prints
{"fields": n, "different": m, "missing": [[hour, channel, row, column, value in the file], ...]}.
"""

import glob
import json
import os
import sys

import eccodes
import numpy as np
import xarray as xr

archive, folder = sys.argv[1:]
dataset = xr.open_zarr(archive)
CHANNELS = {
    (0, 0, 0, 103, 2): "t2m",
    (0, 0, 6, 103, 2): "d2m",
    (0, 2, 2, 103, 10): "u10",
    (0, 2, 3, 103, 10): "v10",
    (0, 7, 6, 1, 0): "cape",
    (0, 7, 7, 1, 0): "cin",
}
fields = different = 0
missing = []
for path in sorted(glob.glob(os.path.join(folder, "*", "*wrfsfcf01.grib2"))):
    with open(path, "rb") as file:
        while (message := eccodes.codes_grib_new_from_file(file)) is not None:
            key = tuple(
                eccodes.codes_get_long(message, name)
                for name in (
                    "discipline",
                    "parameterCategory",
                    "parameterNumber",
                    "typeOfFirstFixedSurface",
                    "level",
                )
            )
            if key in CHANNELS:
                date, time = (eccodes.codes_get_long(message, name) for name in ("validityDate", "validityTime"))
                valid = np.datetime64(f"{date // 10000}-{date // 100 % 100:02}-{date % 100:02}T{time // 100:02}:00")
                ours = dataset["state"].sel(time=valid, channel=CHANNELS[key]).values
                theirs = eccodes.codes_get_values(message).astype(np.float32).reshape(ours.shape)
                fields += 1
                for row, column in np.argwhere(np.isnan(ours)):
                    missing.append([str(valid), CHANNELS[key], int(row), int(column), float(theirs[row, column])])
                there = ~np.isnan(ours)
                different += not np.array_equal(ours[there].view(np.uint32), theirs[there].view(np.uint32))
            eccodes.codes_release(message)
print(json.dumps({"fields": fields, "different": different, "missing": missing}))
