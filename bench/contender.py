# SPDX-License-Identifier: Apache-2.0
"""The driver's side of bench/README.md's protocol."""
import json
import os
import pathlib
import subprocess
import time

import numpy as np

PEERS = pathlib.Path(__file__).resolve().parent / "peers"
CPU_ITERATIONS = 5

# Debian's has torch and OpenCV.
PYTHON = os.environ.get("MIEN_PYTHON", "/usr/bin/python3")


def ort_command():
    """Node's package where MIEN_ORT names one, else Python's."""
    if "MIEN_ORT" in os.environ:
        return ["node", str(PEERS / "ort_peer.mjs")]
    return [PYTHON, str(PEERS / "ort_peer.py")]


def commands(task, programs):
    """How each contender is started."""
    return {
        "mien": [str(programs / f"{task}_bench")],
        "ort": ort_command(),
        "opencv": [PYTHON, str(PEERS / "opencv_peer.py")],
        "torch": [PYTHON, str(PEERS / "torch_peer.py")],
        "facenet_pytorch": [PYTHON, str(PEERS / "facenet_pytorch_peer.py")],
    }


class ContenderError(Exception):
    """A contender that says no, or dies."""


class Contender:
    """A running process. Results of runs stand in its fields."""

    def __init__(self, name, command, cpus):
        self.name = name
        self.runtime = name
        self.precision = "fp32"
        self.rss_mb = 0.0
        self.clock = "wall"
        self.ms = []
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            bufsize=1, preexec_fn=lambda: os.sched_setaffinity(0, cpus))

    def ask(self, request):
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the empty answer below says that it died
        line = self.process.stdout.readline()
        if not line:
            raise ContenderError(f"ended with code {self.process.wait()}")
        answer = json.loads(line)
        if not answer.get("ok"):
            reason = answer.get("error", "no reason given")
            raise ContenderError(reason.splitlines()[0])
        self.runtime = answer.get("runtime", self.runtime)
        self.precision = answer.get("precision", self.precision)
        self.rss_mb = answer.get("rss_mb", self.rss_mb)
        return answer

    def times(self, request):
        """Milliseconds of each iteration, or their mean on the CPU's clock,
        which includes reading the input once."""
        if self.clock == "wall":
            return self.ask(request)["ms"]
        before = self.cpu_ms()
        self.ask({**request, "iterations": CPU_ITERATIONS})
        return [(self.cpu_ms() - before) / CPU_ITERATIONS]

    def cpu_ms(self):
        """What all of its threads have used so far, ended ones included."""
        clock = (~self.process.pid << 3) | 2  # as clock_getcpuclockid() does
        return time.clock_gettime(clock) * 1e3

    def run_once(self, request, path):
        """The outputs as (name, array)."""
        answer = self.ask({**request, "output": str(path)})
        values = np.fromfile(path, np.float32)
        outputs = []
        for output in answer["outputs"]:
            size = int(np.prod(output["shape"]))
            outputs.append((output["name"], values[:size].reshape(output["shape"])))
            values = values[size:]
        if values.size:
            raise ContenderError(f"{self.name}: {values.size} values too many")
        return outputs

    def close(self):
        try:
            self.ask({"do": "quit"})
            self.process.stdin.close()
        except (ContenderError, BrokenPipeError):
            pass  # it has ended already
        self.process.wait()
