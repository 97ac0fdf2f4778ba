"""Opens a NetCDF-4 file with netCDF4-python, xarray and PROJ and prints what each sees, as JSON."""

import json
import sys

import netCDF4
import numpy as np
import pyproj
import xarray as xr

path = sys.argv[1]


def plain(value):
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    # JSON knows no NaN; the reader of this text looks for the word.
    return "NaN" if isinstance(value, float) and np.isnan(value) else value


with netCDF4.Dataset(path) as file:
    file.set_auto_mask(False)
    seen = {
        "format": file.data_model,
        "dimensions": {name: len(d) for name, d in file.dimensions.items()},
        "unlimited": [name for name, d in file.dimensions.items() if d.isunlimited()],
        "attributes": {name: plain(file.getncattr(name)) for name in file.ncattrs()},
        "variables": {
            name: {
                "dtype": str(v.dtype),
                "dimensions": list(v.dimensions),
                "attributes": {a: plain(v.getncattr(a)) for a in v.ncattrs()},
            }
            for name, v in file.variables.items()
        },
    }

with xr.open_dataset(path, decode_coords="all", decode_timedelta=True) as data:
    seen["xarray"] = {
        "sizes": dict(data.sizes),
        "coords": sorted(map(str, data.coords)),
        "variables": list(map(str, data.data_vars)),
        "time": np.datetime_as_string(data["time"].values, unit="s").tolist(),
        "reference": str(np.datetime_as_string(data["forecast_reference_time"].values, unit="s")),
        "lead": (data["time"] - data["forecast_reference_time"]).values.astype("timedelta64[h]").astype(int).tolist(),
        "period": str(data["forecast_period"].dtype),
        "values": {
            str(name): [plain(float(x)) for x in np.ravel(data[name].values)] for name in data.data_vars
        },
    }
with netCDF4.Dataset(path) as file:
    mapping = {name: plain(file["crs"].getncattr(name)) for name in file["crs"].ncattrs()}
    by_name = {name: value for name, value in mapping.items() if name not in ("crs_wkt", "spatial_ref")}
    systems = [pyproj.CRS.from_cf(by_name)]
    if "crs_wkt" in mapping:
        systems += [pyproj.CRS.from_wkt(mapping["crs_wkt"]), pyproj.CRS.from_wkt(mapping["spatial_ref"])]
    if "x" in file.variables:
        # Where PROJ puts the far corner's latitude and longitude, by each description of the grid; float32 places.
        corner = (float(file["longitude"][-1, -1]), float(file["latitude"][-1, -1]))
        seen["corner"] = {
            "stored": [float(file["x"][-1]), float(file["y"][-1])],
            "proj": [
                list(pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(*corner))
                for crs in systems
            ],
        }
print(json.dumps(seen))
