#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""facenet-pytorch as a contender (see bench/README.md): its MTCNN, or all the way
from pictures to embeddings.

MIEN_FACENET_PYTORCH names a checkout of timesler/facenet-pytorch; needs
Debian's python3-torch. Without python3-torchvision or python3-tqdm what it calls of
them comes from torchvision_stand_in/.
"""
import os
import sys

import numpy as np
import torch
from protocol import Contender, serve

HERE = os.path.dirname(os.path.abspath(__file__))

sys.path.insert(0, os.environ.get("MIEN_FACENET_PYTORCH", ""))
sys.path.append(os.path.join(HERE, "torchvision_stand_in"))  # behind the real


BATCH = 16


def load_mtcnn(request, **options):
    from models.mtcnn import MTCNN
    mtcnn = MTCNN(min_face_size=request.get("min_face_px", 20), device="cpu",
                  **options)
    folder = request["model"]
    for net in ("pnet", "rnet", "onet"):
        file = os.path.join(folder, net + ".pt")
        getattr(mtcnn, net).load_state_dict(torch.load(file))
    return mtcnn


def load_pipeline(request):
    """As its README says: faces cut and scaled by MTCNN, then the network."""
    from models.inception_resnet_v1 import InceptionResnetV1
    from PIL import Image
    mtcnn = load_mtcnn(request, image_size=160, margin=0, selection_method=
                       "probability", keep_all=False)
    resnet = InceptionResnetV1(pretrained=None, classify=False).eval()
    weights = torch.load(request["embedder"].replace(".onnx", ".pt"))
    resnet.load_state_dict(
        {k: v for k, v in weights.items() if not k.startswith("logits")})

    def run(paths):
        rows = np.zeros((len(paths), 512), np.float32)
        for first in range(0, len(paths), BATCH):
            chips = [mtcnn(Image.open(path).convert("RGB"))
                     for path in paths[first:first + BATCH]]
            found = [i for i, chip in enumerate(chips) if chip is not None]
            if found:
                with torch.no_grad():
                    embeddings = resnet(torch.stack([chips[i] for i in found]))
                rows[[first + i for i in found]] = embeddings.numpy()
        return [("embeddings", rows)]

    return run


def load(request):
    if request["task"] == "embed" or request["precision"] != "fp32":
        raise ValueError("detects, and embeds what it found, in fp32 only")
    torch.set_num_threads(request["threads"])
    name = f"facenet-pytorch, torch {torch.__version__}"
    if request["task"] == "pipeline":
        return Contender(name, load_pipeline(request))
    mtcnn = load_mtcnn(request)

    def run(picture):
        boxes, scores, points = mtcnn.detect(picture, landmarks=True)
        if boxes is None:
            return [("faces", np.zeros((0, 15), np.float32))]
        points = np.asarray(points, np.float32).reshape(-1, 10)
        faces = np.hstack([boxes, np.asarray(scores)[:, None], points])
        faces = faces[np.argsort(-faces[:, 4].astype(np.float64))]
        return [("faces", faces.astype(np.float32))]

    return Contender(name, run)


if __name__ == "__main__":
    serve(load)
