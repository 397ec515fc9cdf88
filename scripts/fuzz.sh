#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzz targets with libFuzzer, ASan and UBSan (needs Clang) and runs
# them one after the other.
#
#   scripts/fuzz.sh [SECONDS_PER_TARGET] [TARGET...]
#
# Example: scripts/fuzz.sh 60 jpeg_fuzz png_fuzz
# New inputs and findings are kept in build/fuzz/corpus and build/fuzz/findings;
# the summary names executions and findings per target. Exits with 1 when there
# are findings.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in fuzz/*_fuzz.cc; do
    targets+=("$(basename "$source" .cc)")
  done
fi

cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target "${targets[@]}" -j "${MIEN_JOBS:-2}"

export LSAN_OPTIONS=suppressions=$PWD/fuzz/leaks_of_others.txt:print_suppressions=0

total_findings=0
summary=""
for target in "${targets[@]}"; do
  grown=build/fuzz/corpus/$target
  findings=build/fuzz/findings/$target
  log=build/fuzz/$target.log
  mkdir -p "$grown" "$findings"
  echo "$target: $seconds s"
  # The limits catch runaway memory and time; 60 s, because they are seconds of
  # the clock and the machine may be busy.
  "build/fuzz/fuzz/$target" -max_total_time="$seconds" -max_len=16384 \
    -rss_limit_mb=2048 -timeout=60 -print_final_stats=1 \
    -artifact_prefix="$findings/" "$grown" "fuzz/corpus/$target" \
    >"$log" 2>&1 || true
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" |
    tail -1)
  coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -1 || true)
  count=$(find "$findings" -type f | wc -l)
  total_findings=$((total_findings + count))
  summary+=$(printf '%-18s %12s executions, %s, %s findings' "$target" \
    "${executions:-?}" "${coverage:-cov: ?}" "$count")$'\n'
done

printf '\n%s' "$summary"
[ "$total_findings" -eq 0 ]
