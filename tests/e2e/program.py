# SPDX-License-Identifier: Apache-2.0
"""Running the program, and pictures for it, with the standard library only."""

import json
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest
import zlib

DONE, NO_MATCH, USAGE, BAD_INPUT, FAILURE = range(5)

RED = (230, 40, 40)
REDDISH = (230, 60, 50)
BROWN = (180, 160, 60)
GREEN = (30, 220, 50)
BLUE = (30, 40, 250)
BLACK = (0, 0, 0)


def png(path, width, height, color):
    """Writes an evenly coloured PNG."""
    def chunk(kind, data):
        body = kind + data
        return (struct.pack(">I", len(data)) + body +
                struct.pack(">I", zlib.crc32(body)))

    rows = (b"\0" + bytes(color) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return str(path)


class ProgramTest(unittest.TestCase):
    """A folder of its own per test, and the program with `models`."""

    models = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mien-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_mien(self, *arguments, expect=DONE, models=True, environment=None):
        """Runs the program; the answer has returncode, stdout, stderr."""
        command = [os.environ["MIEN"], *map(str, arguments)]
        if models and self.models:
            command += ["--models", str(self.models)]
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False,
            env={**os.environ, **(environment or {})})
        self.assertEqual(answer.returncode, expect,
                         f"{command}\n{answer.stdout}\n{answer.stderr}")
        return answer

    def lines(self, *arguments, expect=DONE):
        """The JSON objects that the program prints."""
        answer = self.run_mien(*arguments, "--json", expect=expect)
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def line(self, *arguments, expect=DONE):
        """The one JSON object that the program prints."""
        lines = self.lines(*arguments, expect=expect)
        self.assertEqual(len(lines), 1)
        return lines[0]

    def near(self, actual, expected, tolerance):
        self.assertEqual(len(actual), len(expected))
        for a, e in zip(actual, expected):
            self.assertAlmostEqual(a, e, delta=tolerance)


class TinyModelsTest(ProgramTest):
    """Tests with the two networks of tiny_models.cc."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mien-models-")
        cls.addClassCleanup(folder.cleanup)
        subprocess.run([os.environ["TINY_MODELS"], folder.name], check=True)
        cls.models = pathlib.Path(folder.name)

    def picture(self, name, color, width=64, height=64):
        return png(self.folder / name, width, height, color)
