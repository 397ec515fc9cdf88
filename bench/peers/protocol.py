# SPDX-License-Identifier: Apache-2.0
"""The contender's side of bench/README.md's protocol, for Python peers.

A peer gives serve() a function that loads a model. It answers a Contender: what
runs, in which precision, and a function from input array to named outputs.
"""
import dataclasses
import json
import resource
import sys
import time
from typing import Callable

import numpy as np


@dataclasses.dataclass
class Contender:
    runtime: str
    run: Callable  # array, or paths -> list of (name, float32 array)
    precision: str = "fp32"


def run_in_parts(run, tensor, size, names):
    """Outputs called `names` of `run`, which takes `size` elements at a time, 0
    for any: networks exported with a fixed batch are used so."""
    size = size or len(tensor)
    parts = [run(tensor[i:i + size]) for i in range(0, len(tensor), size)]
    return [(name, np.concatenate([part[i] for part in parts]))
            for i, name in enumerate(names)]


def read_input(request):
    if len(request["shape"]) == 1:  # a list of files
        with open(request["input"], encoding="utf-8") as file:
            return file.read().splitlines()
    picture = len(request["shape"]) == 3
    values = np.fromfile(request["input"], np.uint8 if picture else np.float32)
    return values.reshape(request["shape"])


def write_outputs(outputs, path):
    with open(path, "wb") as file:
        for _, values in outputs:
            file.write(np.ascontiguousarray(values, np.float32).tobytes())


def answer_run(contender, request):
    values = read_input(request)
    times = []
    outputs = []
    for _ in range(request["iterations"]):
        start = time.perf_counter()
        outputs = contender.run(values)
        times.append((time.perf_counter() - start) * 1000)
    if "output" in request:
        write_outputs(outputs, request["output"])
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"ok": True, "ms": times, "rss_mb": peak_kib * 1024 / 1e6,
            "outputs": [{"name": name, "shape": list(values.shape)}
                        for name, values in outputs]}


def serve(load):
    """Answers requests until `quit` or the end of the input."""
    contender = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "load":
                contender = load(request)
                answer = {"ok": True, "runtime": contender.runtime,
                          "precision": contender.precision}
            elif request["do"] == "run":
                answer = answer_run(contender, request)
            else:
                answer = {"ok": request["do"] == "quit"}
        except Exception as error:  # a peer's failure is an answer
            answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
        if request["do"] == "quit":
            return
