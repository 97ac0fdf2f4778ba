"""Opens an archive or a forecast store as any xarray user would, and prints what it sees as JSON.

    python peers/read_store.py STORE

Warnings are errors here: a store that makes zarr-python or xarray complain is not one that "any user can open".
"""

import hashlib
import json
import sys
import warnings

import numpy as np
import xarray as xr
import zarr

warnings.simplefilter("error")
path = sys.argv[1]

dataset = xr.open_zarr(path)  # finds the consolidated metadata; consolidated=False would warn
direct = zarr.open_group(path, mode="r", use_consolidated=False)


def sha256(values):
    return hashlib.sha256(np.ascontiguousarray(values).astype("<f4").tobytes()).hexdigest()


timed = xr.open_zarr(path, decode_timedelta=True)  # leads as differences of times

state = dataset["state"]
first = state.isel({name: 0 for name in state.dims if name not in ("channel", "y", "x")})
print(
    json.dumps(
        {
            "dims": list(state.dims),
            "shape": list(state.shape),
            "coords": sorted(str(name) for name in dataset.coords),
            "dtypes": {str(name): str(dataset[name].dtype) for name in dataset.variables},
            "leads": {str(name): str(timed[name].dtype) for name in ("lead", "lead_hours") if name in timed.variables},
            "channels": [str(name) for name in dataset["channel"].values],
            "times": [str(time) for time in np.atleast_1d(dataset["time"].values)],
            "gridMapping": dataset["crs"].attrs["grid_mapping_name"],
            "corner": [float(dataset["latitude"][0, 0]), float(dataset["longitude"][0, 0])],
            "state": sha256(state.values),
            "stateByZarr": sha256(direct["state"][...]),
            "nan": int(np.isnan(state.values).sum()),
            "byName": {str(name): sha256(first.sel(channel=name).values) for name in dataset["channel"].values},
            "quality": dataset["quality"].values.tolist() if "quality" in dataset else None,
            "initial": sha256(dataset["initial_state"].values) if "initial_state" in dataset else None,
            "initTime": str(dataset["init_time"].values) if "init_time" in dataset else None,
        }
    )
)
