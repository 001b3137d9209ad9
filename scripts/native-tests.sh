#!/usr/bin/env bash
# Builds and runs the native tests with CMake alone, on every instruction set of this machine:
#   scripts/native-tests.sh               plain
#   scripts/native-tests.sh --sanitizers  with the address and undefined-behaviour sanitizers
set -euo pipefail
cd "$(dirname "$0")/.."

build=build-native
options=(-DPOINTSMAN_TESTS=ON)
if [[ "${1:-}" == "--sanitizers" ]]; then
  build=build-sanitizers
  options+=(-DPOINTSMAN_SANITIZE=address,undefined -DCMAKE_BUILD_TYPE=RelWithDebInfo)
elif [[ $# -gt 0 ]]; then
  echo "Expected --sanitizers or nothing but received $1." >&2
  exit 2
fi

cmake -S . -B "$build" "${options[@]}" > /dev/null
cmake --build "$build" --parallel 2

# The kernels' own test takes all instruction sets in turn; the others use the one that is in force.
sets=(scalar)
if [[ "$(uname -m)" == "aarch64" || "$(uname -m)" == "arm64" ]]; then sets=(neon); fi
if grep -q avx2 /proc/cpuinfo 2> /dev/null; then sets+=(avx2); fi
if grep -q avx512_vbmi2 /proc/cpuinfo 2> /dev/null; then sets+=(avx512); fi
for simd in "${sets[@]}"; do
  echo "POINTSMAN_SIMD=$simd"
  POINTSMAN_SIMD=$simd ctest --test-dir "$build" --output-on-failure
done
