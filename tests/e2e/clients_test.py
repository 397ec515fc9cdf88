# SPDX-License-Identifier: Apache-2.0
"""The page in a browser, and CompreFace's published SDKs, against `mien serve`
with the networks in models/.

Needs node, Debian's chromium and, in the folder that MIEN_NODE_MODULES names:
    npm install playwright-core @exadel/compreface-js-sdk
Screenshots go to MIEN_SCREENSHOTS, if that is set. The SDK for Python is tried
where MIEN_COMPREFACE_PYTHON names its folder (exadel-inc/compreface-python-sdk;
it needs Debian's python3-requests-toolbelt)."""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from server import ServerTest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SAMPLES = "./samples"
NODE_MODULES = os.environ.get("MIEN_NODE_MODULES")
PYTHON_SDK = os.environ.get("MIEN_COMPREFACE_PYTHON")


class Clients(ServerTest):
    flags = ("--keep-thumbnails",)

    @classmethod
    def setUpClass(cls):
        cls.models = ROOT / "models"

    def check(self, script, *arguments, interpreter="node"):
        run = subprocess.run([interpreter, HERE / script,
                              *map(str, arguments)],
                             capture_output=True, text=True, timeout=500,
                             check=False, cwd=ROOT,
                             env=os.environ | {"PYTHONPATH": PYTHON_SDK or ""})
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr[-3000:])

    def test_every_use_of_the_page(self):
        out = os.environ.get("MIEN_SCREENSHOTS", self.folder)
        self.check("page_check.mjs", f"http://127.0.0.1:{self.server.port}/",
                   self.key("administer"), SAMPLES, out)

    def test_compreface_s_own_sdk(self):
        self.check("compreface_sdk_check.mjs", self.server.port,
                   self.key("administer", "--collection", "sdk"), SAMPLES)

    @unittest.skipUnless(PYTHON_SDK, "needs MIEN_COMPREFACE_PYTHON")
    def test_compreface_s_own_sdk_for_python(self):
        self.check("compreface_sdk_check.py", self.server.port,
                   self.key("administer", "--collection", "python"), SAMPLES,
                   interpreter=sys.executable)


if __name__ == "__main__":
    if not (NODE_MODULES and shutil.which("node") and
            shutil.which("chromium")):
        print("skipped: needs MIEN_NODE_MODULES, node and chromium")
        sys.exit(0)
    unittest.main()
