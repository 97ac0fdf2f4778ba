"""Opens GRIB2 files as cubes with cfgrib and with earthkit-data: one JSON object a file, {reader: {variable: dimensions}} or {reader: message}.

    python peers/open_cubes.py FILE...
"""

import json
import logging
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import cfgrib  # noqa: E402
import earthkit.data  # noqa: E402


def by_cfgrib(path):
    sets = cfgrib.open_datasets(path, backend_kwargs={"indexpath": ""})
    return {name: array for each in sets for name, array in each.data_vars.items()}


def by_earthkit(path):
    return dict(earthkit.data.from_source("file", path).to_xarray().data_vars)


def opened(read, path):
    try:
        return {str(name): dict(zip(array.dims, array.shape)) for name, array in read(path).items()}
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]


for path in sys.argv[1:]:
    print(json.dumps({"cfgrib": opened(by_cfgrib, path), "earthkit-data": opened(by_earthkit, path)}))
