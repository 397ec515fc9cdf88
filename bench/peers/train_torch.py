#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One training step of Inception-ResNet-v1 as written by hand in PyTorch.

Random chips, channels last, bfloat16 autocast, distillation by cosine, AdamW:
less than what mien's step does (no decoding, no augmentation, no averaged
weights). Prints parameters, and seconds of each step.

usage: train_torch.py SIDE_PX BATCH THREADS STEPS
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class ConvNorm(nn.Module):
    def __init__(self, channels, out, kernel, stride=1, pad=0):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, stride, pad, bias=False)
        self.norm = nn.BatchNorm2d(out, eps=1e-3)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)), inplace=True)


class Join(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class Residual(nn.Module):
    def __init__(self, joined, width, channels, scale, relu=True):
        super().__init__()
        self.joined = joined
        self.up = nn.Conv2d(width, channels, 1)
        self.scale = scale
        self.relu = relu

    def forward(self, x):
        y = x + self.up(self.joined(x)) * self.scale
        return F.relu(y) if self.relu else y


def block35():
    return Residual(Join(
        ConvNorm(256, 32, 1),
        nn.Sequential(ConvNorm(256, 32, 1), ConvNorm(32, 32, 3, 1, 1)),
        nn.Sequential(ConvNorm(256, 32, 1), ConvNorm(32, 32, 3, 1, 1),
                      ConvNorm(32, 32, 3, 1, 1))), 96, 256, 0.17)


def factorised(channels, width, kernel, up, scale, relu=True):
    pad = kernel // 2
    return Residual(Join(
        ConvNorm(channels, width, 1),
        nn.Sequential(ConvNorm(channels, width, 1),
                      ConvNorm(width, width, (1, kernel), 1, (0, pad)),
                      ConvNorm(width, width, (kernel, 1), 1, (pad, 0)))),
        2 * width, up, scale, relu)


def inception_resnet_v1():
    return nn.Sequential(
        ConvNorm(3, 32, 3, 2), ConvNorm(32, 32, 3), ConvNorm(32, 64, 3, 1, 1),
        nn.MaxPool2d(3, 2), ConvNorm(64, 80, 1), ConvNorm(80, 192, 3),
        ConvNorm(192, 256, 3, 2), *[block35() for _ in range(5)],
        Join(ConvNorm(256, 384, 3, 2),
             nn.Sequential(ConvNorm(256, 192, 1), ConvNorm(192, 192, 3, 1, 1),
                           ConvNorm(192, 256, 3, 2)), nn.MaxPool2d(3, 2)),
        *[factorised(896, 128, 7, 896, 0.1) for _ in range(10)],
        Join(nn.Sequential(ConvNorm(896, 256, 1), ConvNorm(256, 384, 3, 2)),
             nn.Sequential(ConvNorm(896, 256, 1), ConvNorm(256, 256, 3, 2)),
             nn.Sequential(ConvNorm(896, 256, 1), ConvNorm(256, 256, 3, 1, 1),
                           ConvNorm(256, 256, 3, 2)), nn.MaxPool2d(3, 2)),
        *[factorised(1792, 192, 3, 1792, 0.2) for _ in range(5)],
        factorised(1792, 192, 3, 1792, 1.0, relu=False),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.6),
        nn.Linear(1792, 512, bias=False), nn.BatchNorm1d(512, eps=1e-3))


def main():
    side, batch, threads, steps = (int(text) for text in sys.argv[1:5])
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    net = inception_resnet_v1().train().to(memory_format=torch.channels_last)
    print("parameters", sum(p.numel() for p in net.parameters()), flush=True)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
    chips = torch.randn(batch, 3, side, side).to(
        memory_format=torch.channels_last)
    teacher = F.normalize(torch.randn(batch, 512))
    for _ in range(steps):
        start = time.monotonic()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            features = net(chips)
        cosine = (F.normalize(features.float()) * teacher).sum(1)
        (1 - cosine.mean()).backward()
        optimizer.step()
        print("seconds", time.monotonic() - start, flush=True)


if __name__ == "__main__":
    main()
