#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""facenet-pytorch's MTCNN as a contender (see bench/README.md).

MIEN_FACENET_PYTORCH names a checkout of timesler/facenet-pytorch; needs
Debian's python3-torch. Without python3-torchvision the few functions of it that
finding faces calls come from torchvision_stand_in/.
"""
import importlib.util
import os
import sys

import numpy as np
import torch
from protocol import Contender, serve

HERE = os.path.dirname(os.path.abspath(__file__))

sys.path.insert(0, os.environ.get("MIEN_FACENET_PYTORCH", ""))
if importlib.util.find_spec("torchvision") is None:
    sys.path.append(os.path.join(HERE, "torchvision_stand_in"))


def load(request):
    from models.mtcnn import MTCNN
    if request["task"] != "detect" or request["precision"] != "fp32":
        raise ValueError("detects in fp32 only")
    torch.set_num_threads(request["threads"])
    mtcnn = MTCNN(min_face_size=request.get("min_face_px", 20), device="cpu")
    folder = request["model"]
    for net in ("pnet", "rnet", "onet"):
        file = os.path.join(folder, net + ".pt")
        getattr(mtcnn, net).load_state_dict(torch.load(file))

    def run(picture):
        boxes, scores, points = mtcnn.detect(picture, landmarks=True)
        if boxes is None:
            return [("faces", np.zeros((0, 15), np.float32))]
        points = np.asarray(points, np.float32).reshape(-1, 10)
        faces = np.hstack([boxes, np.asarray(scores)[:, None], points])
        faces = faces[np.argsort(-faces[:, 4].astype(np.float64))]
        return [("faces", faces.astype(np.float32))]

    return Contender(f"facenet-pytorch, torch {torch.__version__}", run)


if __name__ == "__main__":
    serve(load)
