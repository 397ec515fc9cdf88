#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""OpenCV as a contender (see bench/README.md): its DNN module on a network, or on
YuNet and an embedder from pictures to embeddings."""
import cv2
from opencv_pipeline import Pipeline
from protocol import Contender, serve


def load(request):
    if request["task"] == "detect" or request["precision"] != "fp32":
        raise ValueError("runs networks in fp32 only")
    cv2.setNumThreads(request["threads"])
    if request["task"] == "pipeline":
        # The fixed size of the file's name is no limit; 4.6 cannot read the file
        # that leaves it free.
        detector = request["model"].replace("_dynamic", "_320_320")
        pipeline = Pipeline(detector, request["embedder"])
        return Contender(f"OpenCV {cv2.__version__}", pipeline.run)
    net = cv2.dnn.readNetFromONNX(request["model"])
    names = net.getUnconnectedOutLayersNames()

    def run(tensor):
        net.setInput(tensor)
        return list(zip(names, net.forward(names)))

    return Contender(f"OpenCV {cv2.__version__}", run)


if __name__ == "__main__":
    serve(load)
