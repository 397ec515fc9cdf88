#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures an embedder at several batches and numbers of cores, and prints one
table: mien in each precision against the other runtimes (run.py, contenders
taking turns), what this machine's core can do at most (peak_bench), the share of
it that mien's layers reach (mien model inspect), and, where LFW's chips lie, the
accuracy in each precision (mien eval lfw --aligned).

    bench/table.py --model FILE.onnx --quantized INT8.onnx --size 112 \\
        --lfw CHIPS --pairs pairs.txt
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONTENDERS = "ort,mien:fp32,mien:bf16,mien:int8,ort:int8,torch,opencv"
# The best that a core may have for it first.
PEAKS_OF = {"fp32": ("fp32_avx512", "fp32_avx2"), "bf16": ("bf16_amx", "bf16"),
            "int8": ("int8_amx", "int8")}
SHOWN_LAYERS = 6


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", required=True, type=pathlib.Path)
    parser.add_argument("--quantized", type=pathlib.Path)
    parser.add_argument("--size", type=int, default=160, help="input side, px")
    parser.add_argument("--input", type=pathlib.Path, help="as run.py takes it")
    parser.add_argument("--batches", default="1,4,16")
    parser.add_argument("--cores", default="1,2")
    parser.add_argument("--contenders", default=CONTENDERS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall",
                        help="cpu: on a machine that others use, too")
    parser.add_argument("--programs", default=ROOT / "build/bench/bench",
                        type=pathlib.Path)
    parser.add_argument("--lfw", type=pathlib.Path, metavar="FOLDER",
                        help="LFW's pictures as chips of 'mien align'")
    parser.add_argument("--pairs", type=pathlib.Path, help="LFW's pairs.txt")
    parser.add_argument("--mien", default=ROOT / "build/release/mien",
                        type=pathlib.Path, help="for the time of each layer")
    return parser.parse_args()


def measure(arguments, batch, cores, folder):
    """Rows of run.py, or none when it could not run."""
    answer = folder / "rows.json"
    command = [sys.executable, str(ROOT / "bench/run.py"), "embed", "--model",
               str(arguments.model), "--size", str(arguments.size), "--batch",
               str(batch), "--threads", str(cores), "--rounds",
               str(arguments.rounds), "--clock", arguments.clock, "--programs",
               str(arguments.programs), "--contenders", arguments.contenders,
               "--json", str(answer)]
    for flag in ("quantized", "input"):
        if getattr(arguments, flag):
            command += [f"--{flag}", str(getattr(arguments, flag))]
    answer.unlink(missing_ok=True)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return json.loads(answer.read_text()) if answer.exists() else []


def print_rows(rows, batch, cores, clock):
    # CPU time of two cores is the sum of both; faces per second need the wall's.
    for row in rows:
        rate = "" if clock == "cpu" and cores > 1 else f"{1000 / row['ms_per_item']:.0f}"
        print(f"| {batch} | {cores} | {row['contender']} | {row['ms']:.2f} | {rate} "
              f"| {row['times_faster']:.2f}x | {row['rss_mb']:.0f} "
              f"| {row['difference'] if row['equal'] else 'DIFFERS: ' + row['difference']} |",
              flush=True)


def print_peaks(arguments):
    peaks = json.loads(subprocess.run([str(arguments.programs / "peak_bench")],
                                      capture_output=True, check=True).stdout)
    print("\nOne core at most: " + ", ".join(
        f"{name.replace('_', ' ')} {value:.0f}" for name, value in peaks.items()
        if value is not None) + " (GOP/s; GB/s)\n")
    return peaks


def layers_of(arguments, model, precision, batch):
    run = subprocess.run(
        [str(arguments.mien), "model", "inspect", str(model), "--json", "--precision",
         precision, "--batch", str(batch), "--threads", "1", "--profile",
         "arcface112"], capture_output=True, check=False, text=True)
    return json.loads(run.stdout).get("layers", []) if run.returncode == 0 else []


def print_shares(arguments, peaks):
    """How near to the core's limit the layers come."""
    batch = int(arguments.batches.split(",")[0])
    for precision, names in PEAKS_OF.items():
        model = arguments.quantized if precision == "int8" else arguments.model
        known = [peaks[name] for name in names if peaks.get(name) is not None]
        if model is None or not known:
            continue
        peak = known[0]
        layers = layers_of(arguments, model, precision, batch)
        total = sum(layer["us"] for layer in layers)
        if not total:
            continue
        flops = sum(layer["flops"] for layer in layers)
        busy = [layer for layer in layers if layer["flops"] > 0]
        in_layers = sum(layer["us"] for layer in busy)
        print(f"{precision}, batch {batch}: {flops / total * 1e-3:.0f} GOP/s, "
              f"{100 * flops / total * 1e-3 / peak:.0f} % of the peak; "
              f"{100 * in_layers / total:.0f} % of the time in convolutions and "
              f"products, which reach "
              f"{100 * flops / in_layers * 1e-3 / peak:.0f} %; longest:")
        for layer in sorted(busy, key=lambda x: -x["us"])[:SHOWN_LAYERS]:
            rate = layer["flops"] / layer["us"] * 1e-3
            print(f"  {layer['name'][-32:]:32} {layer['implementation']:28} "
                  f"{layer['us']:9.0f} us {100 * rate / peak:4.0f} %")


def print_accuracy(arguments):
    """What each precision costs."""
    for precision in PEAKS_OF:
        model = arguments.quantized if precision == "int8" else arguments.model
        if model is None:
            continue
        run = subprocess.run(
            [str(arguments.mien), "eval", "lfw", "--aligned", "--json", "--root",
             str(arguments.lfw), "--pairs", str(arguments.pairs), "--embedder",
             str(model), "--precision", precision, "--profile", "arcface112"],
            capture_output=True, check=False, text=True)
        if run.returncode != 0:
            print(f"LFW in {precision}: {run.stderr.strip().splitlines()[-1]}",
                  file=sys.stderr)
            continue
        result = json.loads(run.stdout.splitlines()[-1])
        print(f"LFW in {precision}: {result['accuracy']:.4f} "
              f"+- {result['accuracy_std']:.4f}", flush=True)


def main():
    arguments = parse_arguments()
    usable = len(os.sched_getaffinity(0))
    print("| batch | cores | contender | ms | faces/s | | MB | result |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="mien-table-") as name:
        for cores in map(int, arguments.cores.split(",")):
            if cores > usable:
                print(f"only {usable} cores, {cores} left out", file=sys.stderr)
                continue
            for batch in map(int, arguments.batches.split(",")):
                rows = measure(arguments, batch, cores, pathlib.Path(name))
                print_rows(rows, batch, cores, arguments.clock)
    print_shares(arguments, print_peaks(arguments))
    if arguments.lfw and arguments.pairs:
        print_accuracy(arguments)


if __name__ == "__main__":
    main()
