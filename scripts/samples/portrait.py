# SPDX-License-Identifier: Apache-2.0
"""Draws hair, neck, shoulders and a background around a composite face.

A portrait is float32 BGR, [PORTRAIT_HEIGHT, PORTRAIT_WIDTH, 3], 0 to 255.
"""
import dataclasses

import cv2
import numpy as np

PORTRAIT_WIDTH, PORTRAIT_HEIGHT = 900, 1000
FACE_LEFT, FACE_TOP = 250, 230  # where the composite lies in the portrait
CENTRE_X = FACE_LEFT + 200
CHIN_Y = FACE_TOP + 335


@dataclasses.dataclass(frozen=True)
class Looks:
    """What is drawn around a face. Colours are BGR."""
    hair: tuple
    long_hair: bool
    shirt: tuple
    hairline_px: int  # height of the forehead above the brows
    seed: int


def soft(mask, sigma):
    return cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma)[..., None]


def blend(below, above, mask):
    return below * (1 - mask) + above * mask


def ellipse(centre, axes, start=0, end=360):
    mask = np.zeros((PORTRAIT_HEIGHT, PORTRAIT_WIDTH), np.uint8)
    cv2.ellipse(mask, centre, axes, 0, start, end, 1, -1, cv2.LINE_AA)
    return mask


def polygon(points):
    mask = np.zeros((PORTRAIT_HEIGHT, PORTRAIT_WIDTH), np.uint8)
    cv2.fillPoly(mask, [np.array(points, np.int32)], 1, cv2.LINE_AA)
    return mask


def studio(colour, seed):
    """A wall out of focus: a gradient with large soft spots."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:PORTRAIT_HEIGHT, :PORTRAIT_WIDTH].astype(np.float32)
    light = 1.15 - 0.45 * y / PORTRAIT_HEIGHT
    for _ in range(14):
        cx, cy = random.uniform(0, PORTRAIT_WIDTH), random.uniform(0, 800)
        radius = random.uniform(40, 170)
        spot = np.exp(-((x - cx)**2 + (y - cy)**2) / (2 * radius**2))
        light += random.uniform(-0.18, 0.22) * spot
    return light[..., None] * np.float32(colour)


def strands(colour, seed):
    """Hair: streaks that run outwards from the crown."""
    random = np.random.default_rng(seed)
    noise = random.normal(size=(2048, 256)).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), sigmaX=22, sigmaY=1.3)
    noise /= noise.std()
    y, x = np.mgrid[:PORTRAIT_HEIGHT, :PORTRAIT_WIDTH].astype(np.float32)
    dx, dy = x - CENTRE_X, (y - FACE_TOP + 60) * 0.7
    angle = (np.arctan2(dy, dx) / (2 * np.pi) + 0.5) * 2047
    radius = np.hypot(dx, dy) / 3
    streaks = cv2.remap(noise, radius, angle, cv2.INTER_LINEAR,
                        borderMode=cv2.BORDER_REFLECT)
    shine = 0.25 * np.exp(-((np.hypot(dx, dy) - 70) / 45)**2)
    light = 0.85 + 0.08 * streaks + shine
    return np.clip(light, 0.3, 1.8)[..., None] * np.float32(colour)


def skin_of(face):
    return np.median(face[210:280, 90:130].reshape(-1, 3), axis=0)


def draw_body(canvas, skin, looks):
    """Shoulders, then the neck with the shadow of the chin on it."""
    shoulder_y = CHIN_Y + 62
    shoulders = (ellipse((CENTRE_X, shoulder_y + 265), (345, 275))
                 | polygon([(CENTRE_X - 345, shoulder_y + 265),
                            (CENTRE_X + 345, shoulder_y + 265),
                            (CENTRE_X + 360, 1000), (CENTRE_X - 360, 1000)]))
    y, x = np.mgrid[:PORTRAIT_HEIGHT, :PORTRAIT_WIDTH].astype(np.float32)
    folds = 1.0 - 0.25 * np.abs(x - CENTRE_X) / 345 + 0.04 * np.sin(x / 23 + y / 60)
    canvas = blend(canvas, folds[..., None] * np.float32(looks.shirt),
                   soft(shoulders, 2.5))
    neck = (polygon([(CENTRE_X - 82, CHIN_Y - 70), (CENTRE_X + 82, CHIN_Y - 70),
                     (CENTRE_X + 92, shoulder_y), (CENTRE_X + 120, shoulder_y + 25),
                     (CENTRE_X, shoulder_y + 90),
                     (CENTRE_X - 120, shoulder_y + 25), (CENTRE_X - 92, shoulder_y)]))
    shade = 0.62 + 0.3 * np.clip((y - CHIN_Y) / 150, 0, 1)
    shade -= 0.22 * np.clip((np.abs(x - CENTRE_X) - 45) / 60, 0, 1)
    return blend(canvas, shade[..., None] * skin, soft(neck, 5))


def draw_ears(canvas, skin):
    for side in (-1, 1):
        centre = (CENTRE_X + side * 137, FACE_TOP + 165)
        canvas = blend(canvas, skin * 0.78, soft(ellipse(centre, (20, 44)), 4))
        inner = (centre[0] + side * 3, centre[1])
        canvas = blend(canvas, skin * 0.6, 0.7 * soft(ellipse(inner, (9, 27)), 5))
    return canvas


def draw_face(canvas, face, skin):
    """Lays the composite in; above its upper edge the forehead goes on."""
    forehead = ellipse((CENTRE_X, FACE_TOP + 120), (128, 190), 180, 360)
    tone = np.median(face[40:60, 150:250].reshape(-1, 3), axis=0)
    canvas = blend(canvas, np.broadcast_to(tone, canvas.shape), soft(forehead, 8))
    whole = canvas.copy()
    whole[FACE_TOP:FACE_TOP + 400, FACE_LEFT:FACE_LEFT + 400] = face
    mask = ellipse((CENTRE_X, FACE_TOP + 170), (131, 172))
    mask[:FACE_TOP + 42] = 0
    return blend(canvas, whole, soft(mask, 9))


def hair_masks(looks):
    """(behind, front): where hair lies below and above the face."""
    crown = ellipse((CENTRE_X, FACE_TOP + 90), (150, 165))
    hairline = FACE_TOP + 92 - looks.hairline_px
    opening = ellipse((CENTRE_X, hairline + 130), (123, 130))
    opening[hairline + 130:] = 1
    if looks.long_hair:
        crown |= ellipse((CENTRE_X, FACE_TOP + 230), (186, 285))
        sides = ellipse((CENTRE_X, FACE_TOP + 225), (127, 260))
        return crown, crown & (1 - (opening & sides)) & (
            1 - polygon([(CENTRE_X - 116, FACE_TOP + 250),
                         (CENTRE_X + 116, FACE_TOP + 250),
                         (CENTRE_X + 170, 1000), (CENTRE_X - 170, 1000)]))
    crown[FACE_TOP + 150:] = 0
    return crown, crown & (1 - opening) & (
        1 - ellipse((CENTRE_X, FACE_TOP + 170), (124, 165)))


def draw_person(background, face, looks):
    """The composite `face` as a person in front of `background`."""
    skin = skin_of(face)
    hair = strands(looks.hair, looks.seed)
    behind, front = hair_masks(looks)
    canvas = blend(background, hair * 0.8, soft(behind, 5))
    canvas = draw_body(canvas, skin, looks)
    if not looks.long_hair:
        canvas = draw_ears(canvas, skin)
    canvas = draw_face(canvas, face, skin)
    return blend(canvas, hair, soft(front, 6)).astype(np.float32)


def cut_out(face, looks):
    """The person alone: (colours times alpha, alpha [H, W, 1]). What shows
    through is found by drawing before black and before white."""
    black = np.zeros((PORTRAIT_HEIGHT, PORTRAIT_WIDTH, 3), np.float32)
    on_black = draw_person(black, face, looks)
    on_white = draw_person(black + 255, face, looks)
    alpha = 1 - (on_white - on_black).mean(axis=2, keepdims=True) / 255
    return on_black, alpha
