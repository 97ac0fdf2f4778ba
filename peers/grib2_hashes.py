"""What ecCodes makes of GRIB2 files: one JSON object a message, {file, offset, packing, count, missing, sha256}.

sha256 is of all values as little-endian float32 in stored order, decoded in float64 first, missing as the quiet NaN 0x7fc00000.
Files ending in .gz are unzipped first.

    python peers/grib2_hashes.py FILE...
    python peers/grib2_hashes.py --golden DATA > test/grib2/golden/real-data.json

The second form writes one line for each file under DATA: how many messages, and the sha256 of their sha256s joined.
"""

import gzip
import hashlib
import json
import os
import shutil
import sys
import tempfile

import eccodes
import numpy as np

MISSING = 9.9e30  # far from any value, so that no real one is taken for missing


def unzipped(path):
    """The file itself, or what a .gz holds in a file of its own: ecCodes reads no other streams."""
    if not path.endswith(".gz"):
        return open(path, "rb")
    stream = tempfile.TemporaryFile()
    with gzip.open(path) as packed:
        shutil.copyfileobj(packed, stream)
    stream.seek(0)
    return stream


def messages(path):
    with unzipped(path) as stream:
        while True:
            try:
                handle = eccodes.codes_grib_new_from_file(stream)
            except eccodes.CodesInternalError:
                return  # cut off: the whole messages have been given
            if handle is None:
                return
            yield handle
            eccodes.codes_release(handle)


def describe(handle):
    packing = eccodes.codes_get(handle, "dataRepresentationTemplateNumber")
    eccodes.codes_set(handle, "missingValue", MISSING)
    values = eccodes.codes_get_values(handle)
    missing = values == MISSING
    single = values.astype("<f4")
    single.view("<u4")[missing] = 0x7FC00000
    return {
        "offset": int(eccodes.codes_get(handle, "offset")),
        "packing": packing,
        "count": int(values.size),
        "missing": int(missing.sum()),
        "sha256": hashlib.sha256(single.tobytes()).hexdigest(),
    }


def read(path):
    return [describe(handle) for handle in messages(path)]


def golden(folder):
    paths = sorted(
        os.path.join(root, name)
        for root, _, names in os.walk(folder)
        for name in names
        if name.endswith((".grib2", ".grb2", ".grib2.gz"))
    )
    lines = []
    for path in paths:
        found = read(path)
        joined = hashlib.sha256("".join(message["sha256"] for message in found).encode()).hexdigest()
        relative = os.path.relpath(path, folder).replace(os.sep, "/")
        lines.append(f"  {json.dumps(relative)}: {json.dumps({'messages': len(found), 'sha256': joined})}")
    print("{\n" + ",\n".join(lines) + "\n}")


eccodes.codes_grib_multi_support_on()
if __name__ == "__main__":
    if sys.argv[1] == "--golden":
        golden(sys.argv[2])
    else:
        for path in sys.argv[1:]:
            for found in read(path):
                print(json.dumps({"file": os.path.basename(path), **found}))
