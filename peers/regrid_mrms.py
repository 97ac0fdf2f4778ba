"""MRMS reflectivity onto a block of HRRR's grid, straight from the definitions: ecCodes decodes, numpy places and averages.

    python regrid_mrms.py FILE ROW COLUMN ROWS COLUMNS   →   {"maximum": [...], "mean-z": [...]} of the block, row by row, NaN as null
"""
import json
import sys

import eccodes
import numpy as np

path, row, column, rows, columns = sys.argv[1], *map(int, sys.argv[2:])
with open(path, "rb") as file:
    message = eccodes.codes_grib_new_from_file(file)
    nx, ny = eccodes.codes_get(message, "Ni"), eccodes.codes_get(message, "Nj")
    values = eccodes.codes_get_values(message).reshape(ny, nx)  # as stored: north to south
    north = eccodes.codes_get(message, "latitudeOfFirstGridPointInDegrees")
    west = eccodes.codes_get(message, "longitudeOfFirstGridPointInDegrees")
    step = eccodes.codes_get(message, "iDirectionIncrementInDegrees")

# HRRR: a cone tangent at 38.5 N on a sphere of 6371229 m (Snyder 1987, 15-1 to 15-4).
R, tangent, central = 6371229.0, np.radians(38.5), -97.5
n = np.sin(tangent)
F = np.cos(tangent) * np.tan(np.pi / 4 + tangent / 2) ** n / n
rho = lambda latitude: R * F / np.tan(np.pi / 4 + np.radians(latitude) / 2) ** n
latitude = north - step * np.arange(ny)
longitude = west + step * np.arange(nx)
theta = n * np.radians((longitude - central + 180) % 360 - 180)
x = rho(latitude)[:, None] * np.sin(theta)[None, :]
y = rho(38.5) - rho(latitude)[:, None] * np.cos(theta)[None, :]
i = np.rint((x + 2697520.1425219) / 3000).astype(int)
j = np.rint((y + 1587306.1525567) / 3000).astype(int)

inside = (j >= row) & (j < row + rows) & (i >= column) & (i < column + columns)
cell = (j[inside] - row) * columns + i[inside] - column
dbz = values[inside]
out = {"maximum": [], "mean-z": []}
for at in range(rows * columns):
    own = dbz[cell == at]
    there = np.maximum(own[own > -900], -10.0)
    enough = len(there) > 0 and 2 * len(there) >= len(own)
    out["maximum"].append(float(there.max()) if enough else None)
    out["mean-z"].append(float(10 * np.log10(np.mean(10 ** (there / 10)))) if enough else None)
print(json.dumps(out))
