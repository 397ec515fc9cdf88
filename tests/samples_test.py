#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sample pictures do what samples/README.md promises.

usage: samples_test.py MIEN
"""
import itertools
import json
import subprocess
import sys

import repository

SAMPLES = repository.ROOT / "samples"
NETWORKS = ["--models", repository.ROOT / "models"]

# Cosine similarities: samples/README.md.
MIN_SAME = 0.9
MAX_DIFFERENT = 0.3


def answers(binary, *arguments):
    """The JSON lines that mien prints, by picture."""
    run = subprocess.run([str(part) for part in (binary, *arguments)],
                         capture_output=True, text=True)
    if run.returncode > 1:
        print(run.stderr)
        sys.exit(1)
    return [json.loads(line) for line in run.stdout.splitlines()]


def similarity_problems(embeddings):
    problems = []
    for (a, x), (b, y) in itertools.combinations(embeddings.items(), 2):
        similarity = sum(p * q for p, q in zip(x, y))
        same = a.split("_")[0] == b.split("_")[0]
        if same and similarity < MIN_SAME or not same and (
                similarity > MAX_DIFFERENT):
            problems.append(f"{a} and {b}: similarity {similarity:.3f}")
    return problems


def main():
    binary = sys.argv[1]
    group = answers(binary, "detect", "--json", *NETWORKS, SAMPLES / "group.jpg")
    problems = []
    if len(group[0]["faces"]) != 4:
        problems.append(f"group.jpg: {len(group[0]['faces'])} faces, not 4")
    people = sorted(SAMPLES.glob("*_?.jpg"))
    embeddings = {}
    for line in answers(binary, "embed", "--json", *NETWORKS, *people):
        name = line["image"].rsplit("/", 1)[-1]
        if len(line["faces"]) != 1:
            problems.append(f"{name}: {len(line['faces'])} faces, not 1")
        else:
            embeddings[name] = line["faces"][0]["embedding"]
    if len(embeddings) < 6:
        problems.append(f"{len(embeddings)} usable pictures; must be >= 6")
    repository.finish(problems + similarity_problems(embeddings))


if __name__ == "__main__":
    main()
