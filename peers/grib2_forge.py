"""Writes with ecCodes the GRIB2 cases that the real data lack, and prints what ecCodes reads back from each, as grib2_hashes.py does.

    python peers/grib2_forge.py DIR
    python peers/grib2_forge.py --small > test/grib2/golden/small-messages.json

The second form makes the grid small and prints each message in base64 beside its sha256.
"""

import base64
import json
import os
import sys
import tempfile

import eccodes
import numpy as np

from grib2_hashes import MISSING, read

SMALL = sys.argv[1] == "--small"
NX, NY = (40, 30) if SMALL else (61, 47)


def smooth(seed):
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[0:NY, 0:NX]
    return 280 + 12 * np.sin(x / 9) * np.cos(y / 7) + generator.normal(0, 0.4, (NY, NX))


def patchy(seed):
    """A smooth field a third of which is missing, in runs and single points, the very first ones among them."""
    values = smooth(seed).ravel()
    generator = np.random.default_rng(seed + 1)
    values[generator.random(values.size) < 0.1] = MISSING
    values[NX * 3 : NX * 3 + values.size // 4] = MISSING
    values[:3] = MISSING
    return values


def message(values, packing, missing=False, **keys):
    handle = eccodes.codes_grib_new_from_samples("regular_ll_sfc_grib2")
    for key, value in {
        "Ni": NX,
        "Nj": NY,
        "latitudeOfFirstGridPointInDegrees": 40 + (NY - 1) * 0.1,
        "longitudeOfFirstGridPointInDegrees": 250,
        "latitudeOfLastGridPointInDegrees": 40,
        "longitudeOfLastGridPointInDegrees": 250 + (NX - 1) * 0.1,
        "iDirectionIncrementInDegrees": 0.1,
        "jDirectionIncrementInDegrees": 0.1,
        "packingType": packing,
        "bitsPerValue": 14,
        **keys,
        "missingValue": MISSING,
        "bitmapPresent": int(missing),
    }.items():
        eccodes.codes_set(handle, key, value)
    eccodes.codes_set_values(handle, values.ravel())
    return handle


# ecCodes packs missing values into the groups, without a bitmap, only for this value.
PACKED_MISSING = 9999


def packed_missing(values, packing, **keys):
    handle = message(smooth(0), packing, **keys)
    eccodes.codes_set(handle, "missingValue", PACKED_MISSING)
    eccodes.codes_set_values(handle, np.where(values == MISSING, PACKED_MISSING, values))
    return handle


def cases():
    constant = np.full(NX * NY, 273.15)
    yield "simple", message(smooth(1), "grid_simple")
    yield "simple-decimal", message(smooth(2), "grid_simple", decimalPrecision=2)
    yield "simple-negative-decimal", message(1e5 * smooth(3), "grid_simple", decimalPrecision=-2)
    yield "simple-24-bits", message(smooth(4), "grid_simple", bitsPerValue=24)
    yield "simple-bitmap", message(patchy(5), "grid_simple", missing=True)
    yield "simple-all-missing", message(np.full(NX * NY, MISSING), "grid_simple", missing=True)
    yield "simple-constant", message(constant, "grid_simple")
    yield "complex", message(smooth(6), "grid_complex")
    yield "complex-bitmap", message(patchy(7), "grid_complex", missing=True)
    yield "complex-missing", packed_missing(patchy(8), "grid_complex")
    yield "complex-constant", message(constant, "grid_complex")
    for order in (1, 2):
        keys = {"packing": "grid_complex_spatial_differencing", "orderOfSpatialDifferencing": order}
        yield f"order-{order}", message(smooth(9), **keys)
        yield f"order-{order}-decimal", message(smooth(10), decimalPrecision=1, **keys)
        yield f"order-{order}-bitmap", message(patchy(11), missing=True, **keys)
        yield f"order-{order}-missing", packed_missing(patchy(12), **keys)
        yield f"order-{order}-constant", message(constant, **keys)


def pictures():
    """Pixels of every kind a PNG may have for us, JPEG 2000 up to 16 bits, CCSDS with every way to code a block."""
    # For a small picture of few bits ecCodes does not set aside enough memory.
    for bits in (16, 24, 32) if SMALL else (1, 2, 4, 8, 16, 24, 32):
        yield f"png-{bits}-bits", message(smooth(20 + bits), "grid_png", bitsPerValue=bits)
    yield "png-bitmap", message(patchy(15), "grid_png", missing=True)
    for bits in (3, 8, 12, 16):
        yield f"jpeg-{bits}-bits", message(smooth(60 + bits), "grid_jpeg", bitsPerValue=bits)
    yield "jpeg-bitmap", message(patchy(16), "grid_jpeg", missing=True)
    noise = np.random.default_rng(17).normal(0, 1, (NY, NX))
    calm = np.zeros((NY, NX))
    calm[NY // 4, 7:9] = 3
    calm[2 * NY // 3 :] = np.round(noise[2 * NY // 3 :] / 3)
    for bits in (1, 2, 3, 4, 5, 8, 9, 12, 16, 17, 24, 25, 31, 32):
        for kind, values in {"smooth": smooth(bits), "noise": noise, "calm": calm}.items():
            yield f"ccsds-{kind}-{bits}-bits", message(values, "grid_ccsds", bitsPerValue=bits)
    for length in (8, 16, 64):
        for interval in (1, 3, 65, 200):
            keys = {"ccsdsBlockSize": length, "ccsdsRsi": interval}
            yield f"ccsds-{length}-{interval}", message(calm + 1e-4 * noise * (noise > 2), "grid_ccsds", **keys)
    for flags in (4, 12, 28, 44, 60):
        yield f"ccsds-flags-{flags}", message(smooth(18), "grid_ccsds", bitsPerValue=4, ccsdsFlags=flags)
    yield "ccsds-bitmap", message(patchy(19), "grid_ccsds", missing=True)


def several(path):
    """Two fields in one message that share sections 1 and 3."""
    together = eccodes.codes_grib_multi_new()
    for handle in (message(smooth(13), "grid_simple"), message(smooth(14), "grid_complex")):
        eccodes.codes_grib_multi_append(handle, 4, together)
    with open(path, "wb") as stream:
        eccodes.codes_grib_multi_write(together, stream)


def small():
    """Every case that differs in kind, as one JSON object."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, handle in (*cases(), *pictures()):
            if name.startswith("ccsds") and name not in SMALL_CCSDS:
                continue
            path = os.path.join(folder, name)
            with open(path, "wb") as stream:
                eccodes.codes_write(handle, stream)
            with open(path, "rb") as stream:
                message = base64.b64encode(stream.read()).decode()
            found[name] = {"sha256": read(path)[0]["sha256"], "message": message}
    print(json.dumps(found, indent=1))


SMALL_CCSDS = ("ccsds-smooth-12-bits", "ccsds-noise-16-bits", "ccsds-calm-8-bits", "ccsds-flags-60", "ccsds-bitmap")

if __name__ == "__main__":
    if SMALL:
        small()
        sys.exit()
    for name, handle in (*cases(), *pictures()):
        with open(os.path.join(sys.argv[1], f"{name}.grib2"), "wb") as stream:
            eccodes.codes_write(handle, stream)
    several(os.path.join(sys.argv[1], "several.grib2"))
    for name in sorted(os.listdir(sys.argv[1])):
        for found in read(os.path.join(sys.argv[1], name)):
            print(json.dumps({"file": name, **found}))
