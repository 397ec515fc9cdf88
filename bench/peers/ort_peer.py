#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ONNX Runtime's Python package as a contender (see bench/README.md)."""
import onnxruntime
from protocol import Contender, run_in_parts, serve


def fixed_batch(session):
    """The batch that the network was exported for, 0 for any."""
    size = session.get_inputs()[0].shape[0]
    return size if isinstance(size, int) else 0


def load(request):
    if request["task"] != "embed" or request["precision"] == "bf16":
        raise ValueError("runs networks in fp32 and, quantised files, in int8")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = request["threads"]
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        request["model"], options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    outputs = [output.name for output in session.get_outputs()]
    batch = fixed_batch(session)

    def run(tensor):
        return run_in_parts(lambda part: session.run(outputs, {name: part}),
                            tensor, batch, outputs)

    return Contender(f"onnxruntime {onnxruntime.__version__}", run,
                     request["precision"])


if __name__ == "__main__":
    serve(load)
