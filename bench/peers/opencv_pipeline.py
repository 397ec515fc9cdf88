# SPDX-License-Identifier: Apache-2.0
"""From pictures to embeddings with OpenCV alone: YuNet, five-point alignment and
an ArcFace network in its DNN module.

FaceDetectorYN of OpenCV 4.6 reads an older YuNet only, so what 4.8's does with the
present one (pad to whole strides, decode, suppress) is written out here; the chip
is cut as FaceRecognizerSF cuts it, to ArcFace's points.
"""
import cv2
import numpy as np

STRIDES = (8, 16, 32)
SCORE_THRESHOLD = 0.6
# Of 112 x 112: Deng et al. 2019, "ArcFace", as published.
TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366],
                     [41.5493, 92.3655], [70.7299, 92.2041]])
SIDE_PX = 112


def surest_landmarks(outputs, padded):
    """Five points of the best cell, or None."""
    best, found = SCORE_THRESHOLD, None
    for stride in STRIDES:
        cls, obj = (outputs[f"{part}_{stride}"].ravel() for part in ("cls", "obj"))
        scores = np.sqrt(np.clip(cls, 0, 1) * np.clip(obj, 0, 1))
        at = int(scores.argmax())
        if scores[at] > best:
            best = scores[at]
            row, column = divmod(at, padded[1] // stride)
            points = outputs[f"kps_{stride}"].reshape(-1, 5, 2)[at]
            found = (points + [column, row]) * stride
    return found


def chip_from_image(points):
    """Similarity that takes `points` to TEMPLATE (Umeyama 1991, section III)."""
    mean_from, mean_to = points.mean(0), TEMPLATE.mean(0)
    centred, target = points - mean_from, TEMPLATE - mean_to
    u, s, v = np.linalg.svd(target.T @ centred / len(points))
    signs = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(v))])
    rotation = u @ np.diag(signs) @ v
    scale = (s * signs).sum() / centred.var(0).sum()
    return np.hstack([scale * rotation,
                      (mean_to - scale * rotation @ mean_from)[:, None]])


class Pipeline:
    def __init__(self, detector, embedder, batch=16):
        self.detector = cv2.dnn.readNetFromONNX(detector)
        self.parts = self.detector.getUnconnectedOutLayersNames()
        self.embedder = cv2.dnn.readNetFromONNX(embedder)
        self.batch = batch

    def chip(self, path):
        image = cv2.imread(path)
        bottom, right = (-side % STRIDES[-1] for side in image.shape[:2])
        padded = cv2.copyMakeBorder(image, 0, bottom, 0, right,
                                    cv2.BORDER_CONSTANT)
        self.detector.setInput(cv2.dnn.blobFromImage(padded))
        outputs = dict(zip(self.parts, self.detector.forward(self.parts)))
        points = surest_landmarks(outputs, padded.shape)
        if points is None:
            return None
        return cv2.warpAffine(image, chip_from_image(points), (SIDE_PX, SIDE_PX),
                              flags=cv2.INTER_LINEAR)

    def embed(self, chips):
        self.embedder.setInput(cv2.dnn.blobFromImages(
            chips, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True))
        rows = self.embedder.forward()
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def run(self, paths):
        rows = None
        for first in range(0, len(paths), self.batch):
            chips = [self.chip(path) for path in paths[first:first + self.batch]]
            found = [i for i, chip in enumerate(chips) if chip is not None]
            if not found:
                continue
            embeddings = self.embed([chips[i] for i in found])
            if rows is None:
                rows = np.zeros((len(paths), embeddings.shape[1]), np.float32)
            rows[[first + i for i in found]] = embeddings
        return [("embeddings", rows)]
