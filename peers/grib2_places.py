"""Where ecCodes and GDAL (rasterio) put the last cell of a GRIB2 file's first message, stored south to north: {reader: [longitude, latitude]}.

    python peers/grib2_places.py FILE
"""

import json
import sys

import eccodes
import rasterio
import rasterio.warp

path = sys.argv[1]
with open(path, "rb") as stream:
    handle = eccodes.codes_grib_new_from_file(stream)
    places = {
        "ecCodes": [
            float(eccodes.codes_get_array(handle, "longitudes")[-1]),
            float(eccodes.codes_get_array(handle, "latitudes")[-1]),
        ]
    }
    eccodes.codes_release(handle)
with rasterio.open(path) as raster:
    # GDAL turns rows north up: the last cell stored is the last of the first row.
    x, y = raster.xy(0, raster.width - 1)
    sphere = rasterio.CRS.from_proj4("+proj=longlat +R=6371229 +no_defs")
    [longitude], [latitude] = rasterio.warp.transform(raster.crs, sphere, [x], [y])
    places["GDAL"] = [longitude, latitude]
print(json.dumps(places))
