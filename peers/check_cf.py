"""Asks GDAL (rasterio) where a NetCDF variable lies, and compliance-checker whether the file is CF. Prints JSON; a program absent gives null.

    python peers/check_cf.py FILE VARIABLE
"""

import json
import sys

path, variable = sys.argv[1:3]
seen = {"gdal": None, "cf": None}

try:
    import rasterio

    with rasterio.open(f"netcdf:{path}:{variable}") as raster:
        seen["gdal"] = {
            "bounds": list(raster.bounds),
            "proj": raster.crs.to_dict(),
            "count": raster.count,
            "shape": list(raster.shape),
            "top_left": float(raster.read(1)[0, 0]),
        }
except ImportError:
    pass

try:
    from compliance_checker.runner import CheckSuite

    CheckSuite.load_all_available_checkers()
    from compliance_checker.cf.util import StandardNameTable

    seen["realization"] = "realization" in StandardNameTable()
    suite = CheckSuite()
    data = suite.load_dataset(path)
    checked = suite.run_all(data, ["cf:1.11"], [])
    seen["cf"] = [
        {"name": result.name, "weight": int(result.weight), "messages": list(result.msgs)}
        for results, _errors in checked.values()
        for result in results
        if result.msgs
    ]
except ImportError:
    pass

print(json.dumps(seen))
