"""Reads a TensorBoard event file with TensorBoard itself and prints its scalars by tag, as JSON."""

import json
import sys

from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event

scalars = {}
# The raw loader checks both checksums of every record.
for raw in RawEventFileLoader(sys.argv[1]).Load():
    event = Event.FromString(raw)
    for value in event.summary.value:
        scalars.setdefault(value.tag, []).append([event.step, value.simple_value])
print(json.dumps(scalars))
