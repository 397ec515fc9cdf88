#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What every file of the repository keeps to: licence line, size, plain names,
no leftovers, no hosts of package registries."""
import re

import repository

SPDX = "SPDX-License-Identifier: Apache-2.0"
NEEDS_SPDX = (".h", ".cc", ".py", ".mjs", ".sh", ".cmake", ".sql")
SCRIPTS = {"try", "check", ".ci/run"}

MAX_BYTES = 512 * 1024
MAX_SAMPLE_BYTES = 200 * 1024
MAX_MODEL_BYTES = 50 * 1024 * 1024
MAX_CODE_LINES = 800
MAX_PAGE_LINES = 300

VAGUE_NAMES = {"utils", "util", "common", "misc", "helpers"}

# In two parts, so that this file does not hold them.
FORBIDDEN = ["registry." + "npmjs", "pypi." + "org", "files.python" + "hosted",
             "deb." + "debian.org", "conda." + "anaconda", "crates." + "io"]
LEFTOVERS = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME",
                                          "X" + "XX", "HA" + "CK"]) + r")\b")
BINARY = {".jpg", ".png", ".onnx", ".webp", ".gif", ".tif", ".bmp", ".heic"}


def is_corpus(path):
    """Inputs of fuzzers are bytes of any kind."""
    return "corpus" in path.parts or "regressions" in path.parts


def size_problems(path, size):
    limit = MAX_BYTES
    if path.parts[0] == "samples":
        limit = MAX_SAMPLE_BYTES
    elif path.parts[0] == "models":
        limit = MAX_MODEL_BYTES
    if size > limit:
        return [f"{path}: {size} bytes; must be <= {limit}"]
    return []


def name_problems(path):
    return [f"{path}: '{part}' says nothing" for part in path.parts
            if part.split(".")[0].lower() in VAGUE_NAMES]


def text_problems(path, content):
    problems = []
    needs_spdx = path.suffix in NEEDS_SPDX or str(path) in SCRIPTS or (
        path.name == "CMakeLists.txt")
    if needs_spdx and SPDX not in "\n".join(content.split("\n")[:3]):
        problems.append(f"{path}: no {SPDX} in its first lines")
    problems += [f"{path}: names the host {host}" for host in FORBIDDEN
                 if host in content]
    if LEFTOVERS.search(content):
        problems.append(f"{path}: {LEFTOVERS.search(content).group(1)}")
    if content and not content.endswith("\n"):
        problems.append(f"{path}: does not end with a line break")
    if re.search(r"[ \t]+$", content, re.M):
        problems.append(f"{path}: white space at the end of a line")
    lines = content.count("\n")
    limit = MAX_PAGE_LINES if path.suffix == ".md" else MAX_CODE_LINES
    if lines > limit and path.name != "LICENSE":
        problems.append(f"{path}: {lines} lines; must be <= {limit}")
    return problems


def code_problems(path, content):
    problems = []
    if path.suffix == ".h" and "#pragma once" not in content:
        problems.append(f"{path}: no #pragma once")
    if path.suffix == ".h" and re.search(r"^using namespace", content, re.M):
        problems.append(f"{path}: using namespace in a header")
    return problems


def main():
    problems = []
    for path in repository.files():
        problems += size_problems(path, (repository.ROOT / path).stat().st_size)
        problems += name_problems(path)
        if path.suffix.lower() in BINARY or is_corpus(path):
            continue
        content = repository.text(path)
        problems += text_problems(path, content)
        if path.suffix in repository.CODE:
            problems += code_problems(path, content)
    repository.finish(problems)


if __name__ == "__main__":
    main()
