#!/usr/bin/env bash
# Fuzzes the native code that meets input from outside, under the address and undefined-behaviour sanitizers, two
# targets at a time:
#   scripts/fuzz.sh [seconds per target, 60]
# Needs Clang with libFuzzer; CXX names it if it is not clang++. build-fuzz/ keeps what is learned: corpus/,
# and findings/, one file for each input that failed.
set -euo pipefail
cd "$(dirname "$0")/.."
export SECONDS_EACH="${1:-60}"
if ! [[ "$SECONDS_EACH" =~ ^[0-9]+$ ]]; then
  echo "Expected a whole number of seconds but received $SECONDS_EACH." >&2
  exit 2
fi

CXX="${CXX:-$(compgen -c clang++ | grep -E '^clang\+\+(-[0-9]+)?$' | sort -V | head -n 1)}"
if [[ -z "$CXX" ]]; then
  echo "Expected Clang for fuzzing, but there is no clang++ (Debian: apt install clang libclang-rt-dev)." >&2
  exit 2
fi
cmake -S . -B build-fuzz -DCMAKE_CXX_COMPILER="$CXX" -DPOINTSMAN_FUZZ=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DPOINTSMAN_SANITIZE=fuzzer-no-link,address,undefined > /dev/null
cmake --build build-fuzz --parallel 2

fuzz() { # target, instruction set
  local corpus=build-fuzz/corpus/$1 log=build-fuzz/$1-$2.log
  mkdir -p "$corpus" build-fuzz/findings
  if POINTSMAN_SIMD=$2 "build-fuzz/native/fuzz/fuzz_$1" -max_total_time="$SECONDS_EACH" -timeout=60 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="build-fuzz/findings/$1-" \
    "$corpus" "native/fuzz/seeds/$1" > "$log" 2>&1; then
    echo "$1 ($2): $(grep -oP 'number_of_executed_units: \K.*' "$log") runs;" \
      "$(grep -oP '#\d+\s+\w+\s+\Kcov: \d+ ft: \d+ corp: \S+' "$log" | tail -n 1)"
  else
    echo "$1 ($2) failed:"
    tail -n 40 "$log"
    return 1
  fi
}
export -f fuzz

# Of these only what cuts and scores text differs by instruction set.
mapfile -t sets < <(bash scripts/simd-names.sh)
{
  for target in feature_config json safetensors word_vectors; do echo "$target ${sets[-1]}"; done
  for target in router_file tokenizer; do
    for set in "${sets[@]}"; do echo "$target $set"; done
  done
} | xargs -P 2 -L 1 bash -c 'fuzz "$@"' fuzz
