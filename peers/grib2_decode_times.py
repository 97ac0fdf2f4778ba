"""How long ecCodes' C library takes for the values of the first message of a file: milliseconds, one run a line, for as long as
standard input has lines. Only codes_get_values is timed, on a fresh handle of a message in memory, decoding to float64.

    yes | head -20 | python peers/grib2_decode_times.py FILE
"""

import sys
import time

import eccodes

with open(sys.argv[1], "rb") as stream:
    handle = eccodes.codes_grib_new_from_file(stream)
message = eccodes.codes_get_message(handle)
for _ in sys.stdin:
    handle = eccodes.codes_new_from_message(message)
    start = time.perf_counter()
    eccodes.codes_get_values(handle)
    print((time.perf_counter() - start) * 1e3, flush=True)
    eccodes.codes_release(handle)
