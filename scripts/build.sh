#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Configures and builds a preset with as many jobs as cores and memory allow.
set -euo pipefail

usage() {
  cat <<'HELP'
Configures and builds mien.

usage: scripts/build.sh [--preset NAME] [--jobs] [--help] [TARGET...]

  --preset NAME   one of CMakePresets.json; default release
  --jobs          print how many jobs fit this machine, and build nothing
HELP
}

# A compiler needs up to 1.5 GiB on the largest sources.
jobs_for_this_machine() {
  local cores by_memory
  cores=$(nproc)
  by_memory=$(awk '/MemAvailable/ {print int($2 / 1572864)}' /proc/meminfo)
  if (( by_memory < 1 )); then by_memory=1; fi
  echo $(( cores < by_memory ? cores : by_memory ))
}

preset=release
targets=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --help|-h) usage; exit 0 ;;
    --jobs) jobs_for_this_machine; exit 0 ;;
    --preset) preset=${2:?--preset needs a name}; shift ;;
    -*) usage >&2; exit 2 ;;
    *) targets+=("$1") ;;
  esac
  shift
done

cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
arguments=(--build --preset "$preset" -j "$(jobs_for_this_machine)")
if [[ ${#targets[@]} -gt 0 ]]; then
  arguments+=(--target "${targets[@]}")
fi
cmake "${arguments[@]}"
