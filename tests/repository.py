# SPDX-License-Identifier: Apache-2.0
"""The files of this repository, for the tests that hold its rules."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOT_OURS = {".git", "build", "try-out", ".cache", "__pycache__"}
CODE = (".h", ".cc", ".inl")


def files():
    """Paths relative to the root: what git tracks or would, else all."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z",
         "--cached", "--others", "--exclude-standard"], capture_output=True)
    if listing.returncode == 0 and listing.stdout:
        names = listing.stdout.decode().split("\0")
        found = [pathlib.Path(name) for name in names if name]
    else:
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        found = [path for path in found if not NOT_OURS & set(path.parts)]
    return sorted(path for path in found
                  if (ROOT / path).is_file() and not (ROOT / path).is_symlink())


def code_files():
    return [path for path in files() if path.suffix in CODE]


def text(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def finish(problems):
    """Ends the test: prints the problems, one a line, if there are any."""
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems")
    sys.exit(1 if problems else 0)
