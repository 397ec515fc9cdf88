#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""OpenCV's DNN module as a contender (see bench/README.md)."""
import cv2
from protocol import Contender, serve


def load(request):
    if request["task"] != "embed" or request["precision"] != "fp32":
        raise ValueError("runs networks in fp32 only")
    cv2.setNumThreads(request["threads"])
    net = cv2.dnn.readNetFromONNX(request["model"])
    names = net.getUnconnectedOutLayersNames()

    def run(tensor):
        net.setInput(tensor)
        return list(zip(names, net.forward(names)))

    return Contender(f"OpenCV {cv2.__version__}", run)


if __name__ == "__main__":
    serve(load)
