#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures mien against its peers, side by side in one run.

Every contender is a process that obeys the protocol of bench/README.md. First
all of them work once on the same input and the results are compared; then they
take turns, round by round, pinned to the same cores. Reported are medians, and
the median over rounds of reference time / contender time.

A contender that cannot run, as for want of a library, sits out and says why.
Exit code 1 when results differ.
"""
import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np
from contender import Contender, ContenderError, commands
from equality import compare_embeddings, compare_faces, compare_pipelines

# For so long, at most, threads wait for more work before they sleep, on the
# cores of whoever is next.
SPINNING_S = 0.2

ROOT = pathlib.Path(__file__).resolve().parent.parent


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True)
    embed = tasks.add_parser("embed", help="a network on a batch of tensors")
    embed.add_argument("--model", required=True, type=pathlib.Path)
    embed.add_argument("--quantized", type=pathlib.Path, metavar="FILE",
                       help="what contenders of precision int8 load instead")
    embed.add_argument("--input", type=pathlib.Path, metavar="FILE",
                       help="float32 input; random numbers otherwise")
    embed.add_argument("--batch", type=int, default=16)
    embed.add_argument("--size", type=int, default=160, help="input side, px")
    detect = tasks.add_parser("detect", help="faces in a picture")
    detect.add_argument("--models", required=True, type=pathlib.Path,
                        help="folder with the MTCNN nets as .onnx and .pt")
    detect.add_argument("--picture", required=True, type=pathlib.Path)
    detect.add_argument("--resize", metavar="WxH", help="scale it to that first")
    detect.add_argument("--min-face-px", type=int, default=20)
    detect.set_defaults(quantized=None)
    pipeline = tasks.add_parser(
        "pipeline", help="from picture files to embeddings")
    pipeline.add_argument("--models", required=True, type=pathlib.Path,
                          help="a detector's file, or folder of the MTCNN nets")
    pipeline.add_argument("--embedder", required=True, type=pathlib.Path)
    pipeline.add_argument("--quantized", type=pathlib.Path, metavar="FILE",
                          help="the embedder of contenders of precision int8")
    pipeline.add_argument("--pictures", required=True, type=pathlib.Path,
                          help="folder, searched for .jpg")
    pipeline.add_argument("--count", type=int, default=64,
                          help="pictures, spread over the folder")
    pipeline.add_argument("--min-face-px", type=int, default=20)
    defaults = {"pipeline": "opencv,mien:fp32,mien:bf16",
                "embed": "ort,mien:fp32,mien:bf16,torch,opencv",
                "detect": "facenet_pytorch,mien:fp32"}
    for name, task in (("embed", embed), ("detect", detect),
                       ("pipeline", pipeline)):
        task.add_argument("--contenders", default=defaults[name],
                          help="NAME[:PRECISION],..., the reference first")
        task.add_argument("--threads", type=int, default=1)
        task.add_argument("--rounds", type=int, default=9)
        task.add_argument("--clock", choices=("wall", "cpu"), default="wall",
                          help="cpu: on a machine that others use, too")
        task.add_argument("--programs", default=ROOT / "build/bench/bench",
                          type=pathlib.Path, help="folder of mien's programs")
        task.add_argument("--json", type=pathlib.Path, help="write it there too")
    return parser.parse_args()


def prepare_input(arguments, folder):
    """Writes the input; returns (path, shape, further options of `load`)."""
    path = folder / "input"
    if arguments.task == "pipeline":
        found = sorted(arguments.pictures.resolve().rglob("*.jpg"))
        chosen = found[::max(1, len(found) // arguments.count)]
        chosen = chosen[:arguments.count]
        if not chosen:
            sys.exit(f"{arguments.pictures}: no .jpg in it")
        path.write_text("\n".join(map(str, chosen)) + "\n")
        return path, [len(chosen)], {
            "model": str(arguments.models.resolve()),
            "embedder": str(arguments.embedder.resolve()),
            "min_face_px": arguments.min_face_px}
    if arguments.task == "detect":
        import cv2
        picture = cv2.imread(str(arguments.picture))
        if picture is None:
            sys.exit(f"{arguments.picture}: not a picture")
        if arguments.resize:
            size = tuple(map(int, arguments.resize.split("x")))
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        picture[:, :, ::-1].tofile(path)
        return path, list(picture.shape), {
            "model": str(arguments.models.resolve()),
            "min_face_px": arguments.min_face_px}
    shape = [arguments.batch, 3, arguments.size, arguments.size]
    if arguments.input:
        values = np.fromfile(arguments.input, np.float32)
        np.resize(values, shape).tofile(path)
    else:
        random = np.random.default_rng(0)
        random.uniform(-1, 1, shape).astype(np.float32).tofile(path)
    return path, shape, {"model": str(arguments.model.resolve())}


def start_contenders(arguments, options, shape):
    cpus = sorted(os.sched_getaffinity(0))[:arguments.threads]
    known = commands(arguments.task, arguments.programs)
    started = []
    for name in arguments.contenders.split(","):
        program, _, precision = name.partition(":")
        request = {"do": "load", "task": arguments.task, "shape": shape,
                   "threads": arguments.threads,
                   "precision": precision or "fp32", **options}
        if precision == "int8" and arguments.quantized:
            changed = "embedder" if arguments.task == "pipeline" else "model"
            request[changed] = str(arguments.quantized.resolve())
        contender = None
        try:
            contender = Contender(name, known[program], cpus)
            contender.ask(request)
            contender.clock = arguments.clock
            started.append(contender)
        except (KeyError, OSError, ContenderError) as error:
            print(f"{name} sits out: {error}", file=sys.stderr)
            if contender is not None:
                contender.close()
    return started


def check_results(task, contenders, request, folder):
    """Lets each run once, and compares with the first."""
    compare = {"embed": compare_embeddings, "detect": compare_faces,
               "pipeline": compare_pipelines}[task]
    for contender in contenders:
        contender.result = contender.run_once(request, folder / "output")
        verdict = compare(contenders[0].result, contender.result,
                          contender.precision)
        contender.equal, contender.difference = verdict


def take_turns(contenders, request, rounds, threads):
    for contender in contenders:
        contender.times(request)  # warms up
        contender.ms = []
    for turn in range(rounds):
        shift = turn % len(contenders)
        for contender in contenders[shift:] + contenders[:shift]:
            if threads > 1:
                time.sleep(SPINNING_S)
            contender.ms += contender.times(request)


def summarise(contenders, faces):
    reference = contenders[0]
    rows = []
    for contender in contenders:
        ratios = [r / c for r, c in zip(reference.ms, contender.ms)]
        rows.append({
            "contender": contender.name, "runtime": contender.runtime,
            "precision": contender.precision,
            "ms": statistics.median(contender.ms),
            "ms_per_item": statistics.median(contender.ms) / faces,
            "times_faster": statistics.median(ratios),
            "ms_all": contender.ms, "rss_mb": contender.rss_mb,
            "equal": contender.equal, "difference": contender.difference})
    return rows


def print_table(rows):
    print(f"{'contender':18}{'runs':38}{'ms':>9}{'ms/item':>9}{'faster':>8}"
          f"{'rss MB':>8}  result")
    for row in rows:
        verdict = "equal" if row["equal"] else "DIFFERS"
        print(f"{row['contender']:18}{row['runtime'] + ' ' + row['precision']:38}"
              f"{row['ms']:9.1f}{row['ms_per_item']:9.2f}"
              f"{row['times_faster']:7.2f}x{row['rss_mb']:8.0f}  "
              f"{verdict}, {row['difference']}")


def main():
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="mien-bench-") as name:
        folder = pathlib.Path(name)
        path, shape, options = prepare_input(arguments, folder)
        contenders = start_contenders(arguments, options, shape)
        if not contenders:
            sys.exit("no contender can run")
        request = {"do": "run", "input": str(path), "shape": shape,
                   "iterations": 1}
        try:
            check_results(arguments.task, contenders, request, folder)
            take_turns(contenders, request, arguments.rounds,
                       arguments.threads)
        finally:
            for contender in contenders:
                contender.close()
    items = {"embed": shape[0], "detect": 1, "pipeline": shape[0]}[arguments.task]
    rows = summarise(contenders, items)
    print(f"{arguments.task}, input {shape}, {arguments.threads} thread(s), "
          f"median of {arguments.rounds} rounds, {arguments.clock} time; "
          f"faster than {rows[0]['contender']}")
    print_table(rows)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")
    sys.exit(0 if all(row["equal"] for row in rows) else 1)


if __name__ == "__main__":
    main()
