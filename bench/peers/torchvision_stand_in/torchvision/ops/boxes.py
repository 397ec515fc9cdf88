# SPDX-License-Identifier: Apache-2.0
"""Non-maximum suppression with torchvision's rules."""
import torch


def overlaps(box, area, boxes, areas):
    """Shares of the union that `box` has in common with each of `boxes`."""
    width = torch.minimum(box[2], boxes[:, 2]) - torch.maximum(box[0],
                                                               boxes[:, 0])
    height = torch.minimum(box[3], boxes[:, 3]) - torch.maximum(box[1],
                                                                boxes[:, 1])
    shared = width.clamp(min=0) * height.clamp(min=0)
    return shared / (area + areas - shared)


def nms(boxes, scores, iou_threshold):
    left = torch.argsort(scores, descending=True, stable=True)
    boxes = boxes[left]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept = []
    while len(left):
        kept.append(left[0])
        stays = overlaps(boxes[0], areas[0], boxes[1:],
                         areas[1:]) <= iou_threshold
        left, boxes, areas = left[1:][stays], boxes[1:][stays], areas[1:][stays]
    return torch.stack(kept) if kept else left


def batched_nms(boxes, scores, idxs, iou_threshold):
    if len(boxes) == 0:
        return torch.zeros(0, dtype=torch.int64)
    offsets = idxs.to(boxes) * (boxes.max() + 1)
    return nms(boxes + offsets[:, None], scores, iou_threshold)
