# SPDX-License-Identifier: Apache-2.0
"""Takes a drawn portrait the way a camera might: pose, light, crop, noise."""
import dataclasses

import cv2
import numpy as np

from . import portrait


@dataclasses.dataclass(frozen=True)
class View:
    """One photograph. Angles in degrees, lengths in pixels."""
    wall: tuple  # BGR
    shirt: tuple  # BGR
    yaw: float = 0.0  # the head turns to the viewer's right
    roll: float = 0.0
    light: tuple = (0.0, 0.0)  # brighter towards this (x, y), share of tone
    warmth: float = 0.0  # share moved from blue to red
    gamma: float = 1.0
    centre: tuple = (450, 470)  # of the crop, in the portrait
    crop_height: int = 900
    size: tuple = (720, 900)
    blur: float = 0.0
    noise: float = 0.0
    seed: int = 0


def turn_head(picture, yaw_deg):
    """Turns what lies on a cylinder around the head's axis."""
    radius = 225.0
    y, x = np.mgrid[:picture.shape[0], :picture.shape[1]].astype(np.float32)
    across = np.clip((x - portrait.CENTRE_X) / radius, -1, 1)
    depth = np.sqrt(1 - across**2) * radius
    down = (y - portrait.FACE_TOP - 120) / 330
    shift = depth * np.sin(np.radians(yaw_deg)) * np.exp(-down**2)
    return cv2.remap(picture, x - shift.astype(np.float32), y, cv2.INTER_LANCZOS4,
                     borderMode=cv2.BORDER_REPLICATE)


def lit(picture, view):
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    across, down = x / width * 2 - 1, y / height * 2 - 1
    gain = 1 + view.light[0] * across + view.light[1] * down
    tint = np.float32([1 - view.warmth, 1, 1 + view.warmth])
    shone = np.clip(picture * gain[..., None] * tint, 0, 255) / 255
    return 255 * shone**view.gamma


def framed(picture, view):
    """Rolls around the crop's centre and cuts to the size asked for."""
    scale = view.size[1] / view.crop_height
    matrix = cv2.getRotationMatrix2D(view.centre, view.roll, scale)
    matrix[:, 2] += np.array(view.size) / 2 - view.centre
    smoothed = picture if scale >= 1 else cv2.GaussianBlur(
        picture, (0, 0), 0.4 / scale)
    return cv2.warpAffine(smoothed, matrix, view.size, flags=cv2.INTER_CUBIC,
                          borderMode=cv2.BORDER_REFLECT)


def exposed(picture, view):
    """Blur of the lens, then noise of the sensor; 8 bit."""
    if view.blur > 0:
        picture = cv2.GaussianBlur(picture, (0, 0), view.blur)
    random = np.random.default_rng(view.seed)
    grain = random.normal(scale=max(view.noise, 1e-6), size=picture.shape)
    return np.clip(picture + grain, 0, 255).round().astype(np.uint8)


def photograph(face, looks, view):
    """One rendering of a composite, uint8 BGR of `view.size`."""
    looks = dataclasses.replace(looks, shirt=view.shirt)
    wall = portrait.studio(view.wall, looks.seed + view.seed)
    person = portrait.draw_person(wall, face, looks)
    return exposed(framed(lit(turn_head(person, view.yaw), view), view), view)


def room(width, height):
    """A drawn room: wall, window, floor."""
    canvas = np.zeros((height, width, 3), np.float32)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    canvas[:] = np.float32((168, 188, 200)) * (
        1.05 - 0.3 * np.abs(x / width - 0.3))[..., None]
    left, top, right, bottom = (int(0.06 * width), int(0.06 * height),
                                int(0.34 * width), int(0.55 * height))
    canvas[top - 14:bottom + 14, left - 14:right + 14] = (225, 232, 236)
    sky = (1.0 - 0.5 * (y - top) / (bottom - top))[..., None]
    pane = sky * np.float32((235, 205, 160)) + (1 - sky) * np.float32((190, 215, 190))
    canvas[top:bottom, left:right] = pane[top:bottom, left:right]
    middle = (left + right) // 2
    canvas[top:bottom, middle - 6:middle + 6] = (225, 232, 236)
    canvas[int(0.86 * height):] = (70, 95, 130)
    return cv2.GaussianBlur(canvas, (0, 0), 3)


def stand(scene, person, left, top, scale):
    """Lays a cut-out (colours, alpha) into `scene`, scaled."""
    def scaled(layer):
        return cv2.resize(layer, None, fx=scale, fy=scale,
                          interpolation=cv2.INTER_AREA)

    colours, alpha = (scaled(layer) for layer in person)
    height = min(colours.shape[0], scene.shape[0] - top)
    width = min(colours.shape[1], scene.shape[1] - left)
    place = scene[top:top + height, left:left + width]
    place *= 1 - alpha[:height, :width, None]
    place += colours[:height, :width]
