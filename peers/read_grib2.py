"""What ecCodes reads in a GRIB2 file, one JSON object a message; values are NaN-free lists with null where missing.

    python peers/read_grib2.py FILE KEY,KEY,...
"""

import json
import sys

import eccodes

with open(sys.argv[1], "rb") as stream:
    while (handle := eccodes.codes_grib_new_from_file(stream)) is not None:
        eccodes.codes_set(handle, "missingValue", 9.999e20)
        values = eccodes.codes_get_values(handle)
        keys = {}
        for key in sys.argv[2].split(","):
            keys[key] = eccodes.codes_get(handle, key) if eccodes.codes_is_defined(handle, key) else None
        print(json.dumps({"keys": keys, "values": [None if v == 9.999e20 else float(v) for v in values]}))
        eccodes.codes_release(handle)
