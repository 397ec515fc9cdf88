# SPDX-License-Identifier: Apache-2.0
"""Stands in for torchvision where that is not installed: what
facenet-pytorch's MTCNN needs of it to find faces, and no more."""
