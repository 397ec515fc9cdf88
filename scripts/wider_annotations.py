#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the boxes of WIDER FACE's .mat file as annotations for `mien-train`.

usage: scripts/wider_annotations.py wider_face_train.mat IMAGES > train.jsonl

One line a picture that lies in the folder IMAGES, as `mien detect --json`
prints it: {"image": path, "faces": [{"box": [x0, y0, x1, y1]}, ...]}. Faces
that the data set calls invalid carry "ignore": true. Needs python3-scipy.
"""
import json
import pathlib
import sys

from scipy.io import loadmat


def faces_of(boxes, invalid):
    for (x, y, width, height), bad in zip(boxes, invalid):
        face = {"box": [int(x), int(y), int(x + width), int(y + height)]}
        if bad or width <= 0 or height <= 0:
            face["ignore"] = True
        yield face


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    mat = loadmat(sys.argv[1])
    folder = pathlib.Path(sys.argv[2])
    pictures = faces = 0
    for event_idx, event in enumerate(mat["event_list"]):
        names = mat["file_list"][event_idx][0]
        for file_idx, name in enumerate(names):
            path = folder / str(event[0][0]) / (str(name[0][0]) + ".jpg")
            if not path.is_file():
                continue
            found = list(faces_of(
                mat["face_bbx_list"][event_idx][0][file_idx][0],
                mat["invalid_label_list"][event_idx][0][file_idx][0].ravel()))
            print(json.dumps({"image": str(path), "faces": found}))
            pictures += 1
            faces += sum("ignore" not in face for face in found)
    print(f"{pictures} pictures, {faces} valid faces", file=sys.stderr)


if __name__ == "__main__":
    main()
