"""What ecCodes, GDAL (rasterio) and gribberish read in a GRIB2 file of south-up grids: one JSON object a message, each reader's values in
stored order with null where missing. GDAL is asked for the unit of the file.

    python peers/grib2_in_readers.py FILE
"""

import json
import os
import sys
import warnings

os.environ["GRIB_NORMALIZE_UNITS"] = "NO"
warnings.filterwarnings("ignore")

import eccodes  # noqa: E402
import gribberish  # noqa: E402
import numpy as np  # noqa: E402
import rasterio  # noqa: E402

path = sys.argv[1]
MISSING = 9.9e30


def listed(values):
    flat = np.asarray(values, dtype=float).ravel()
    return [None if np.isnan(value) else float(value) for value in flat]


with open(path, "rb") as stream:
    content = stream.read()
with open(path, "rb") as stream, rasterio.open(path) as raster:
    for band in range(1, raster.count + 1):
        handle = eccodes.codes_grib_new_from_file(stream)
        eccodes.codes_set(handle, "missingValue", MISSING)
        first = eccodes.codes_get_values(handle)
        first[first == MISSING] = np.nan
        rows = raster.read(band, masked=True).astype(float).filled(np.nan)
        message = gribberish.parse_grib_message(content, int(eccodes.codes_get(handle, "offset")))
        print(
            json.dumps(
                {
                    "ecCodes": listed(first),
                    "GDAL": listed(np.flipud(rows)),
                    "gribberish": listed(message.data()),
                }
            )
        )
        eccodes.codes_release(handle)
