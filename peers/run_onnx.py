"""Runs a model with Python's onnxruntime on the float32 feeds of a safetensors file and writes what comes out as another."""

import sys

import onnxruntime
from safetensors.numpy import load_file, save_file

model, feeds, results = sys.argv[1:]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
names = [output.name for output in session.get_outputs()]
save_file(dict(zip(names, session.run(names, load_file(feeds)))), results)
