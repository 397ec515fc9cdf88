#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""PyTorch as a contender (see bench/README.md).

Runs the ONNX graph operator by operator with torch.nn.functional, so that it
has the same weights as the others. Covers what the benchmarked networks use.
"""
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from protocol import Contender, run_in_parts, serve


def pair(attributes, name, default):
    return tuple(attributes.get(name, default))


def symmetric_pads(attributes):
    top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
    if (top, left) != (bottom, right):
        raise ValueError("uneven padding")
    return top, left


def conv(a, x, weight, bias=None):
    return F.conv2d(x, weight, bias, pair(a, "strides", (1, 1)),
                    symmetric_pads(a), pair(a, "dilations", (1, 1)),
                    a.get("group", 1))


def max_pool(a, x):
    return F.max_pool2d(x, a["kernel_shape"], pair(a, "strides", (1, 1)),
                        symmetric_pads(a), ceil_mode=bool(a.get("ceil_mode")))


def average_pool(a, x):
    return F.avg_pool2d(x, a["kernel_shape"], pair(a, "strides", (1, 1)),
                        symmetric_pads(a))


def batch_norm(a, x, scale, bias, mean, variance):
    return F.batch_norm(x, mean, variance, scale, bias,
                        eps=a.get("epsilon", 1e-5))


def gemm(a, x, weight, bias=None):
    x = x.T if a.get("transA") else x
    weight = weight.T if a.get("transB") else weight
    product = a.get("alpha", 1.0) * (x @ weight)
    return product if bias is None else product + a.get("beta", 1.0) * bias


def clip(a, x, low=None, high=None):
    return torch.clamp(x, a.get("min", low), a.get("max", high))


def reduce_l2(a, x, axes=None):
    axes = a.get("axes", axes.tolist() if axes is not None else None)
    return torch.linalg.vector_norm(x, dim=axes,
                                    keepdim=bool(a.get("keepdims", 1)))


def lp_normalization(a, x):
    return F.normalize(x, p=a.get("p", 2), dim=a.get("axis", -1))


def reshape(a, x, shape):
    sizes = [x.shape[i] if s == 0 else s for i, s in enumerate(shape.tolist())]
    return x.reshape(sizes)


TYPES = {1: torch.float32, 10: torch.float16}  # ONNX's numbers of them

OPERATORS = {
    "Add": lambda a, x, y: x + y,
    "AveragePool": average_pool,
    "BatchNormalization": batch_norm,
    "Cast": lambda a, x: x.to(TYPES[a["to"]]),
    "Clip": clip,
    "Concat": lambda a, *xs: torch.cat(xs, a["axis"]),
    "Conv": conv,
    "Div": lambda a, x, y: x / y,
    "Dropout": lambda a, x, *_: x,
    "Flatten": lambda a, x: torch.flatten(x, a.get("axis", 1)),
    "Gemm": gemm,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "Identity": lambda a, x: x,
    "LpNormalization": lp_normalization,
    "MatMul": lambda a, x, y: x @ y,
    "Max": lambda a, x, y: torch.maximum(x, y),
    "MaxPool": max_pool,
    "Mul": lambda a, x, y: x * y,
    "PRelu": lambda a, x, slope: F.prelu(x, slope.flatten()),
    "ReduceL2": reduce_l2,
    "Relu": lambda a, x: F.relu(x),
    "Reshape": reshape,
    "Sub": lambda a, x, y: x - y,
    "Transpose": lambda a, x: x.permute(*a["perm"]),
}


class OnnxInTorch:
    def __init__(self, path):
        graph = onnx.load(path).graph
        self.weights = {
            w.name: torch.from_numpy(numpy_helper.to_array(w).copy())
            for w in graph.initializer}
        self.input = next(i.name for i in graph.input
                          if i.name not in self.weights)
        self.fixed_batch = self.batch_of(graph)
        self.outputs = [o.name for o in graph.output]
        self.steps = []
        for node in graph.node:
            self.add_step(node)

    def batch_of(self, graph):
        """The batch that the network was exported for, 0 for any."""
        tensor = next(i for i in graph.input if i.name == self.input)
        return tensor.type.tensor_type.shape.dim[0].dim_value

    def add_step(self, node):
        attributes = {a.name: onnx.helper.get_attribute_value(a)
                      for a in node.attribute}
        if node.op_type == "Constant":
            value = numpy_helper.to_array(attributes["value"]).copy()
            self.weights[node.output[0]] = torch.from_numpy(value)
            return
        if node.op_type == "Cast" and node.input[0] in self.weights:
            # As the other runtimes do: once, not in every run.
            self.weights[node.output[0]] = OPERATORS["Cast"](
                attributes, self.weights[node.input[0]])
            return
        if node.op_type not in OPERATORS:
            raise ValueError(f"no operator {node.op_type}")
        self.steps.append((OPERATORS[node.op_type], attributes,
                           list(node.input), node.output[0]))

    def __call__(self, tensor):
        return run_in_parts(self.run, tensor, self.fixed_batch, self.outputs)

    def run(self, tensor):
        """All outputs on one batch."""
        values = dict(self.weights)
        values[""] = None
        values[self.input] = torch.from_numpy(tensor)
        for operator, attributes, inputs, output in self.steps:
            values[output] = operator(attributes, *[values[i] for i in inputs])
        return [values[name].numpy() for name in self.outputs]


def load(request):
    if request["task"] != "embed" or request["precision"] != "fp32":
        raise ValueError("runs networks in fp32 only")
    torch.set_num_threads(request["threads"])
    net = OnnxInTorch(request["model"])

    def run(tensor):
        with torch.inference_mode():
            return net(np.ascontiguousarray(tensor))

    return Contender(f"torch {torch.__version__}", run)


if __name__ == "__main__":
    serve(load)
