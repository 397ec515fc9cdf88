#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""All C++ is formatted by clang-format 14 with .clang-format."""
import concurrent.futures
import os
import shutil
import subprocess
import sys

import repository

BATCH = 16  # files a process


def unformatted(tool, paths):
    """Those of `paths` that the tool would change."""
    run = subprocess.run([tool, "--dry-run", "-Werror", *map(str, paths)],
                         cwd=repository.ROOT, capture_output=True, text=True)
    if run.returncode == 0:
        return []
    return sorted({line.split(":")[0] for line in run.stderr.splitlines()
                   if "-Wclang-format-violations" in line}) or [run.stderr]


def main():
    tool = shutil.which("clang-format-14")
    if tool is None:
        print("skipped: needs clang-format-14")
        sys.exit(0)
    paths = repository.code_files()
    batches = [paths[i:i + BATCH] for i in range(0, len(paths), BATCH)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda batch: unformatted(tool, batch), batches))
    repository.finish([f"{path}: not formatted; run clang-format-14 -i {path}"
                       for batch in found for path in batch])


if __name__ == "__main__":
    main()
