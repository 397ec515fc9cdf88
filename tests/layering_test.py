#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A module includes only modules below it in the root CMakeLists.txt, and each
third-party library is included in one place."""
import re

import repository

# The module that each public header belongs to.
PUBLIC_HEADERS = {
    "result": "core", "version": "core", "precision": "core",
    "geometry": "core", "model": "core",  # plain data
    "image": "image",
    "detector": "detect", "aligner": "align", "embedding": "embed",
    "embedder": "embed", "gallery": "gallery", "matcher": "match",
    "identifier": "match", "clusterer": "match",
    "quality": "quality", "enroller": "engine", "gallery_recognizer": "engine",
    "recognizer": "engine", "mien": "engine",
}

# Include prefix of a library, and the paths that may include it.
WRAPPED = {
    "oneapi/": ["src/runtime/onednn/"],
    "dnnl": ["src/runtime/onednn/"],
    "omp.h": ["src/runtime/", "src/detect/", "src/index/hnsw/", "bench/"],
    "onnx/": ["src/graph/"],
    "google/protobuf/": ["src/graph/"],
    "jpeglib.h": ["src/image/"], "jerror.h": ["src/image/"],
    "turbojpeg.h": ["src/image/"], "png.h": ["src/image/"],
    "webp/": ["src/image/"], "libheif/": ["src/image/"],
    "tiff": ["src/image/"], "gif_lib.h": ["src/image/"],
    "openssl/": ["src/core/"],
    "sqlite3.h": ["src/gallery/sqlite/"],
    "faiss/": ["src/index/hnsw/", "bench/"],
    "curl/": ["src/nets/"],
    "libav": ["src/video/"], "libsw": ["src/video/"],
    "zlib.h": ["src/nets/"], "curl/": ["src/nets/curl_library.h"],
    "nlohmann/": ["src/gallery/", "src/data/", "src/detect/golden_faces.h", "apps/",
                  "bench/"],
    "CLI/": ["apps/", "bench/"],
    "boost/": ["apps/server/http_"],
    "torch/": ["apps/train/"], "ATen/": ["apps/train/"],
    "c10/": ["apps/train/"],
    "benchmark/": ["bench/"],
    "gtest/": ["src/", "apps/", "tests/"], "gmock/": ["src/", "apps/", "tests/"],
    "opencv": [],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def modules_lowest_first():
    cmake = repository.text("CMakeLists.txt")
    names = re.search(r"foreach\(module\s+([^)]+)\)", cmake).group(1).split()
    assert names[0] == "core" and names[-1] == "engine", names
    return names


def module_of_include(name):
    """The module that `#include "name"` reaches into, or None."""
    first, _, rest = name.partition("/")
    if first == "mien":
        header = rest.removesuffix(".h")
        return PUBLIC_HEADERS.get(header, f"(unlisted public header {name})")
    return first if rest else None


def layer_problems(path, code, order):
    """Includes in module `src/<m>/` or `include/mien/` that point upwards."""
    if path.parts[0] == "src":
        own = path.parts[1]
    elif path.parts[:2] == ("include", "mien"):
        own = PUBLIC_HEADERS.get(path.stem)
    else:
        return []
    if own not in order:
        return [f"{path}: belongs to no module of the root CMakeLists.txt"]
    problems = []
    for quote, name in INCLUDE.findall(code):
        used = module_of_include(name) if quote == '"' else None
        if used is None:
            continue
        if used not in order:
            problems.append(f"{path}: includes {name}, of no module")
        elif order.index(used) > order.index(own):
            problems.append(f"{path}: {own} includes {name} of {used}, "
                            "which lies above it")
    return problems


def wrapping_problems(path, code):
    if path.stem.endswith("_test"):
        return []  # a test may ask another library
    problems = []
    for quote, name in INCLUDE.findall(code):
        for prefix, places in WRAPPED.items():
            if quote == "<" and name.startswith(prefix) and not any(
                    str(path).startswith(place) for place in places):
                problems.append(f"{path}: includes <{name}>, which belongs in "
                                f"{' or '.join(places) or 'no file'}")
        is_public = path.parts[0] == "include"
        if is_public and ("/" in name or name.endswith(".h")) and (
                not name.startswith("mien/")):
            problems.append(f"{path}: public headers include the standard "
                            f"library and mien/ only, not {name}")
    return problems


def main():
    order = modules_lowest_first()
    problems = []
    for path in repository.code_files():
        code = repository.text(path)
        problems += layer_problems(path, code, order)
        problems += wrapping_problems(path, code)
    repository.finish(problems)


if __name__ == "__main__":
    main()
