# SPDX-License-Identifier: Apache-2.0
"""Averages many aligned faces into one face that is nobody's.

A face is laid onto the mean shape in two steps: a similarity transform of its
five landmarks, then a smooth warp found by optical flow against the running
mean, which is symmetric. Positions are (x, y) in pixels; pictures are BGR.
"""
import pathlib

import cv2
import numpy as np

SIDE_PX = 400  # of a composite
EYES_NOSE_MOUTH = [1, 0, 2, 4, 3]  # landmark order of a mirrored face


class Landmarker:
    """Five landmarks of a picture that one centred face fills, by O-Net."""

    def __init__(self, onet):
        self.net = cv2.dnn.readNetFromONNX(str(onet))

    def __call__(self, picture):
        """Returns (landmarks [5, 2], score in [0, 1])."""
        side = picture.shape[0]
        left, top, size = int(0.12 * side), int(0.10 * side), int(0.80 * side)
        crop = picture[top:top + size, left:left + size]
        small = cv2.resize(crop, (48, 48), interpolation=cv2.INTER_AREA)
        tensor = (small[:, :, ::-1].astype(np.float32) - 127.5) / 128
        self.net.setInput(tensor.transpose(2, 0, 1)[None].copy())
        score, points = self.net.forward(["score", "landmarks"])
        points = points.reshape(2, 5).T * crop.shape[1::-1] + [left, top]
        return points.astype(np.float32), float(score.reshape(-1)[1])


def files_of_group(folder, group):
    """UTKFace names files [age]_[gender]_[ethnicity]_[time].jpg."""
    youngest, oldest, gender, ethnicity = group
    chosen = []
    for path in sorted(pathlib.Path(folder).rglob("*.jpg")):
        labels = path.name.split("_")[:3]
        if all(label.isdigit() for label in labels) and len(labels) == 3:
            age, *rest = map(int, labels)
            if youngest <= age <= oldest and rest == [gender, ethnicity]:
                chosen.append(path)
    return chosen


def is_frontal(landmarks):
    """Nose and mouth lie on the midline between the eyes."""
    eyes = landmarks[1] - landmarks[0]
    width = np.linalg.norm(eyes)
    middle = landmarks[:2].mean(axis=0)
    nose = (landmarks[2] - middle) @ eyes / width**2
    mouth = (landmarks[3:].mean(axis=0) - middle) @ eyes / width**2
    return abs(nose) < 0.10 and abs(mouth) < 0.07


def is_whole_colour_picture(picture):
    saturation = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV)[60:150, 60:140, 1]
    black = (picture.max(axis=2) < 6).mean()
    return np.median(saturation) >= 25 and black <= 0.03


def sharpness(picture):
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    middle = cv2.resize(grey[40:170, 40:160], (96, 104))
    return cv2.Laplacian(middle, cv2.CV_32F).var()


def choose_faces(paths, landmarker, count):
    """The `count` sharpest frontal faces, as (picture, landmarks)."""
    faces = []
    for path in paths:
        picture = cv2.imread(str(path))
        if picture is None or not is_whole_colour_picture(picture):
            continue
        landmarks, score = landmarker(picture)
        if score >= 0.99 and is_frontal(landmarks):
            faces.append((sharpness(picture), picture, landmarks))
    faces.sort(key=lambda face: -face[0])
    noisy = 5  # the very sharpest are noise rather than detail
    return [face[1:] for face in faces[noisy:noisy + count]]


def similarity(source, target):
    """Least-squares similarity (Umeyama 1991) as a 2x3 matrix."""
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    x, y = source - source_mean, target - target_mean
    u, s, v = np.linalg.svd(y.T @ x)
    flip = np.diag([1, np.sign(np.linalg.det(u @ v))])
    rotation = u @ flip @ v
    scale = (s * np.diag(flip)).sum() / (x**2).sum()
    shift = target_mean - scale * rotation @ source_mean
    return np.hstack([scale * rotation, shift[:, None]]).astype(np.float32)


def symmetric_template(all_landmarks, source_side_px):
    """Mean of all landmarks and their mirror images, in the composite."""
    mean = np.mean(all_landmarks, axis=0)
    mirrored = mean[EYES_NOSE_MOUTH] * [-1, 1] + [source_side_px, 0]
    scale = 0.82 * SIDE_PX / source_side_px
    offset = [0.09 * SIDE_PX, 0.075 * SIDE_PX]
    return ((mean + mirrored) / 2 * scale + offset).astype(np.float32)


def lay(picture, matrix):
    return cv2.warpAffine(picture.astype(np.float32), matrix,
                          (SIDE_PX, SIDE_PX), flags=cv2.INTER_LANCZOS4,
                          borderMode=cv2.BORDER_REPLICATE)


def mirrored_mean(picture):
    return (picture + picture[:, ::-1]) / 2


def equal_tone(pictures):
    """Gives all faces the mean colour and contrast of the group."""
    inner = (slice(120, 330), slice(110, 290))
    means = np.array([p[inner].mean(axis=(0, 1)) for p in pictures])
    deviations = np.array([p[inner].std(axis=(0, 1)) for p in pictures])
    deviations = np.maximum(deviations, 8)
    target_mean, target_deviation = means.mean(0), deviations.mean(0)
    return [(p - m) / d * target_deviation + target_mean
            for p, m, d in zip(pictures, means, deviations)]


def flow(fixed, moving, smooth_px):
    """Displacement [H, W, 2] that takes pixels of `fixed` to `moving`."""
    def prepared(picture):
        grey = cv2.cvtColor(np.clip(picture, 0, 255).astype(np.uint8),
                            cv2.COLOR_BGR2GRAY)
        return cv2.createCLAHE(2.0, (4, 4)).apply(grey)

    method = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    method.setFinestScale(1)
    displacement = method.calc(prepared(fixed), prepared(moving), None)
    return cv2.GaussianBlur(displacement, (0, 0), smooth_px)


def warp(picture, displacement):
    """result(p) = picture(p + displacement(p))."""
    y, x = np.mgrid[:picture.shape[0], :picture.shape[1]].astype(np.float32)
    return cv2.remap(picture, x + displacement[..., 0], y + displacement[..., 1],
                     cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)


def average(faces):
    """One composite [SIDE_PX, SIDE_PX, 3] and its landmarks [5, 2]."""
    template = symmetric_template([landmarks for _, landmarks in faces],
                                  faces[0][0].shape[0])
    laid = equal_tone([lay(picture, similarity(landmarks, template))
                       for picture, landmarks in faces])
    mean = np.mean(laid, axis=0)
    for smooth_px in (16, 10, 7, 5):
        mean = mirrored_mean(mean)
        flows = [flow(mean, picture, smooth_px) for picture in laid]
        centre = 0.9 * np.mean(flows, axis=0)  # keeps the mean shape in place
        mean = np.mean([warp(picture, f - centre)
                        for picture, f in zip(laid, flows)], axis=0)
    return mirrored_mean(mean).astype(np.float32), template


def bring_to_one_template(composites):
    """Lays composites {name: (picture, landmarks)} onto their mean landmarks;
    returns ({name: picture}, landmarks)."""
    template = np.mean([t for _, t in composites.values()], axis=0)
    return {name: lay(picture, similarity(t, template))
            for name, (picture, t) in composites.items()}, template


def tell_apart(pictures, shape_gain, tone_gain):
    """Averages of different groups resemble each other more than people do.
    Moves each away from the mean of all, in shape and in tone."""
    everybody = np.mean(list(pictures.values()), axis=0)
    result = {}
    for name, picture in pictures.items():
        raw = flow(everybody, picture, 1)
        both = (raw + raw[:, ::-1] * np.float32([-1, 1])) / 2
        shape = cv2.GaussianBlur(both, (0, 0), 20)
        common = cv2.GaussianBlur(warp(everybody, -shape), (0, 0), 2)
        tone = cv2.GaussianBlur(picture, (0, 0), 2) - common
        moved = warp((picture + tone_gain * tone).astype(np.float32),
                     -shape_gain * shape)
        result[name] = np.clip(moved, 0, 255)
    return result
