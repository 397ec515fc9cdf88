# SPDX-License-Identifier: Apache-2.0
"""What facenet-pytorch calls when it cuts faces out."""
import torch


def to_tensor(picture):
    """A float array [H, W, C] as a tensor [C, H, W]."""
    return torch.from_numpy(picture.transpose(2, 0, 1).copy())
