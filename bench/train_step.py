#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Training steps of Inception-ResNet-v1: mien against PyTorch, taking turns.

mien trains from a dataset that `mien prepare --teacher` wrote: its step decodes,
augments, computes, and updates weights (AdamW) and their average. PyTorch's
(bench/peers/train_torch.py, python3-torch) is the step alone, on random tensors.
The nets are compared by their number of parameters. Each turn is a process; the
figure of a turn is its median step without the first.
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARAMETERS = 23_482_624


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--side", type=int, default=112, help="px")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=6, help="in a turn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", default="/usr/bin/python3",
                        help="one that has PyTorch")
    parser.add_argument("--program", type=pathlib.Path,
                        default=ROOT / "build/release/mien-train")
    return parser.parse_args()


def run(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads),
                       OPENBLAS_NUM_THREADS=str(threads))
    done = subprocess.run(command, env=environment, capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout


def mien_rate(arguments):
    with tempfile.TemporaryDirectory() as folder:
        text = run([str(arguments.program), "embed", "--bf16",
                    "--net", "inception-resnet-v1",
                    "--input-px", str(arguments.side),
                    "--data", str(arguments.data),
                    "--loss", "distill:relation=5",
                    "--batch", str(arguments.batch),
                    "--steps", str(arguments.steps), "--log-every", "1",
                    "--run", folder + "/run"], arguments.threads)
    rates = re.findall(r"chips_per_second ([\d.]+)", text)
    return statistics.median(float(rate) for rate in rates[1:])


def torch_rate(arguments):
    text = run([arguments.python, str(ROOT / "bench/peers/train_torch.py"),
                str(arguments.side), str(arguments.batch),
                str(arguments.threads), str(arguments.steps)],
               arguments.threads)
    parameters = int(re.search(r"parameters (\d+)", text)[1])
    if parameters != PARAMETERS:
        sys.exit(f"PyTorch's net has {parameters} parameters, not {PARAMETERS}")
    seconds = [float(t) for t in re.findall(r"seconds ([\d.]+)", text)][1:]
    return arguments.batch / statistics.median(seconds)


def main():
    arguments = parse_arguments()
    rows = []
    for number in range(arguments.rounds):
        row = torch_rate(arguments), mien_rate(arguments)
        print(f"round {number + 1}: PyTorch {row[0]:.1f}, mien {row[1]:.1f} "
              "chips/s", file=sys.stderr)
        rows.append(row)
    ratio = statistics.median(mien / peer for peer, mien in rows)
    print(f"PyTorch {statistics.median(r[0] for r in rows):.1f} chips/s")
    print(f"mien    {statistics.median(r[1] for r in rows):.1f} chips/s, "
          f"{ratio:.2f} times")


if __name__ == "__main__":
    main()
