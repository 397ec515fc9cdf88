# SPDX-License-Identifier: Apache-2.0
"""Imported by facenet-pytorch, used only when it cuts faces out."""
