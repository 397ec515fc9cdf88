#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the pictures of samples/: faces averaged from many people.

usage: make_samples.py FACES ONET.onnx OUT

FACES is a folder with the aligned pictures of UTKFace, ONET the last of the
MTCNN nets. Needs Debian's python3-opencv and python3-numpy. The same input gives
the same pictures.
"""
import dataclasses
import pathlib
import sys

import cv2
import numpy as np

from samples import composite, portrait, rendering
from samples.portrait import Looks
from samples.rendering import View

FACES_PER_COMPOSITE = 100

# youngest, oldest, gender (0 male, 1 female), ethnicity, as UTKFace codes them:
# 0 White, 1 Black, 2 Asian, 3 Indian.
GROUPS = {
    "ada": (58, 78, 1, 0),
    "kofi": (22, 28, 0, 1),
    "mei": (20, 35, 1, 2),
    "ravi": (25, 31, 0, 3),
}

LOOKS = {
    "ada": Looks((150, 170, 185), True, (120, 70, 90), 70, 4),
    "kofi": Looks((24, 22, 24), False, (70, 70, 150), 62, 2),
    "mei": Looks((28, 22, 24), True, (150, 120, 60), 66, 1),
    "ravi": Looks((22, 20, 22), False, (190, 180, 170), 64, 3),
}

VIEWS = {
    "ada_1": View(wall=(170, 140, 120), shirt=(120, 70, 90), seed=11),
    "ada_2": View(wall=(70, 90, 80), shirt=(60, 60, 60), yaw=14, roll=-8,
                  light=(-0.38, -0.05), warmth=0.09, centre=(470, 430),
                  crop_height=640, size=(480, 600), noise=4, seed=12),
    "kofi_1": View(wall=(120, 130, 150), shirt=(70, 70, 150), roll=2, seed=21),
    "kofi_2": View(wall=(190, 185, 180), shirt=(200, 205, 210), yaw=-15, roll=7,
                   light=(0.35, 0.0), warmth=-0.08, gamma=0.85,
                   centre=(400, 450), crop_height=700, size=(520, 640),
                   blur=0.6, noise=3, seed=22),
    "mei_1": View(wall=(150, 160, 120), shirt=(150, 120, 60), seed=31),
    "mei_2": View(wall=(60, 70, 110), shirt=(40, 40, 120), yaw=-14, roll=-6,
                  light=(-0.2, 0.1), warmth=0.1, gamma=1.15,
                  centre=(480, 440), crop_height=760, size=(700, 560), noise=5,
                  seed=32),
    "ravi_1": View(wall=(110, 140, 110), shirt=(190, 180, 170), yaw=3, seed=41),
    "ravi_2": View(wall=(140, 110, 90), shirt=(60, 50, 40), yaw=16, roll=9,
                   light=(0.4, -0.05), warmth=-0.06, centre=(440, 400),
                   crop_height=600, size=(560, 560), blur=0.5, noise=3, seed=42),
}

# name, left, top and scale in the group picture.
GROUP_PLACES = [("ravi", 10, 150, 0.70), ("ada", 370, 225, 0.66),
                ("kofi", 700, 125, 0.72), ("mei", 1030, 245, 0.66)]
GROUP_SHIRTS = {"ada": (150, 150, 60), "kofi": (90, 60, 40),
                "mei": (90, 90, 190), "ravi": (60, 110, 80)}
GROUP_SIZE = (1600, 840)


def make_composites(folder, onet):
    landmarker = composite.Landmarker(onet)
    raw = {}
    for name, group in GROUPS.items():
        paths = composite.files_of_group(folder, group)
        faces = composite.choose_faces(paths, landmarker, FACES_PER_COMPOSITE)
        if len(faces) < FACES_PER_COMPOSITE:
            sys.exit(f"{name}: {len(faces)} usable faces in {folder}; "
                     f"must be >= {FACES_PER_COMPOSITE}")
        print(f"{name}: the average of {len(faces)} of {len(paths)} faces")
        raw[name] = composite.average(faces)
    pictures, _ = composite.bring_to_one_template(raw)
    return composite.tell_apart(pictures, shape_gain=0.5, tone_gain=0.3)


def make_group(faces):
    scene = rendering.room(*GROUP_SIZE)
    for name, left, top, scale in GROUP_PLACES:
        looks = dataclasses.replace(LOOKS[name], shirt=GROUP_SHIRTS[name])
        rendering.stand(scene, portrait.cut_out(faces[name], looks),
                        left, top, scale)
    view = View(wall=(), shirt=(), light=(-0.12, 0.0), noise=3, seed=50)
    return rendering.exposed(rendering.lit(scene, view), view)


def save(path, picture):
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
    print(f"{path}: {picture.shape[1]} x {picture.shape[0]}, "
          f"{path.stat().st_size / 1024:.0f} KiB")


def main():
    if len(sys.argv) != 4 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    cv2.setNumThreads(2)
    cv2.setRNGSeed(0)
    faces = make_composites(sys.argv[1], sys.argv[2])
    out = pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    for name, view in VIEWS.items():
        person = name.split("_")[0]
        save(out / f"{name}.jpg",
             rendering.photograph(faces[person], LOOKS[person], view))
    save(out / "group.jpg", make_group(faces))


if __name__ == "__main__":
    main()
