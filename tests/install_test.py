#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is installed is enough to build examples/ elsewhere.

usage: install_test.py CMAKE BUILD_DIR
"""
import pathlib
import subprocess
import sys
import tempfile

import repository

EXPECTED = ["include/mien/recognizer.h", "share/doc/mien/LICENSE"]


def run(*command):
    result = subprocess.run([str(part) for part in command],
                            capture_output=True, text=True)
    if result.returncode != 0:
        print(" ".join(str(part) for part in command))
        print(result.stdout[-4000:], result.stderr[-4000:])
        sys.exit(1)
    return result.stdout


def main():
    cmake, build = sys.argv[1:3]
    with tempfile.TemporaryDirectory(prefix="mien-install-") as folder:
        prefix, examples = pathlib.Path(folder, "prefix"), pathlib.Path(folder, "b")
        run(cmake, "--install", build, "--prefix", prefix)
        problems = [f"{path}: not installed" for path in EXPECTED
                    if not (prefix / path).exists()]
        sources = {path.name for path in (prefix / "include").rglob("*")
                   if path.is_file() and path.suffix != ".h"}
        problems += [f"include/: holds {name}" for name in sources]
        run(cmake, "-S", repository.ROOT / "examples", "-B", examples, "-G",
            "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
        run(cmake, "--build", examples, "-j", "2")
        usage = subprocess.run([examples / "01_verify"], capture_output=True,
                               text=True)
        if usage.returncode != 2 or "usage" not in usage.stderr:
            problems.append(f"01_verify without pictures: {usage}")
        repository.finish(problems)


if __name__ == "__main__":
    main()
