# SPDX-License-Identifier: Apache-2.0
"""Whether two contenders gave the same answer; each returns (equal, words)."""
import numpy as np

# Lowest cosine of an embedding with that of the reference, by precision.
MIN_COSINE = {"fp32": 0.9999, "bf16": 0.999, "int8": 0.99}
MIN_PIPELINE_COSINE = 0.8
MIN_ALIKE = 0.95
MAX_DISTANCE_PX = 1.0
MAX_SCORE_DIFFERENCE = 0.01


def compare_embeddings(reference, other, precision):
    """Rows of the first output, by cosine."""
    a, b = (outputs[0][1].reshape(len(outputs[0][1]), -1).astype(np.float64)
            for outputs in (reference, other))
    if a.shape != b.shape:
        return False, f"shape {b.shape}, not {a.shape}"
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    cosine = float(((a * b).sum(axis=1) / norms).min())
    return cosine >= MIN_COSINE[precision], f"cosine {cosine:.6f}"


def compare_faces(reference, other, _precision):
    """Each face of the reference is found, and no other."""
    a, b = reference[0][1], other[0][1]
    if len(a) != len(b):
        return False, f"{len(b)} faces, not {len(a)}"
    if len(a) == 0:
        return True, "no faces"
    distance = np.abs(a[:, None, :4] - b[None, :, :4]).max(axis=2)
    nearest = distance.argmin(axis=1)
    if len(set(nearest)) != len(a):
        return False, "other faces"
    points = np.abs(a[:, 5:] - b[nearest, 5:]).max()
    score = np.abs(a[:, 4] - b[nearest, 4]).max()
    worst = max(float(distance.min(axis=1).max()), float(points))
    equal = worst <= MAX_DISTANCE_PX and score <= MAX_SCORE_DIFFERENCE
    return equal, f"{len(a)} faces within {worst:.2f} px"


def compare_pipelines(reference, other, _precision):
    """Rows of embeddings, zeros for pictures without a face, by cosine. Other
    resamplings and rounded boxes lie between them."""
    a, b = (outputs[0][1].astype(np.float64) for outputs in (reference, other))
    if a.shape != b.shape:
        return False, f"shape {b.shape}, not {a.shape}"
    has_face = [np.abs(rows).sum(axis=1) > 0 for rows in (a, b)]
    both = has_face[0] & has_face[1]
    norms = np.linalg.norm(a[both], axis=1) * np.linalg.norm(b[both], axis=1)
    cosines = (a[both] * b[both]).sum(axis=1) / norms
    alike = float((cosines > MIN_PIPELINE_COSINE).mean())
    found_same = float((has_face[0] == has_face[1]).mean())
    return min(alike, found_same) >= MIN_ALIKE, (
        f"{int(both.sum())} faces, median cosine "
        f"{np.median(cosines):.3f}, {100 * alike:.1f} % alike")
