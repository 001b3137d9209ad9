#!/usr/bin/env bash
# Builds and runs the native tests with CMake alone:
#   scripts/native-tests.sh               plain, on every instruction set of the machine
#   scripts/native-tests.sh --sanitizers  with the address and undefined-behaviour sanitizers (leaks included), then
#                                         with the thread sanitizer, which goes with no other
#   scripts/native-tests.sh --aarch64     compiled for 64-bit Arm and run under QEMU
set -euo pipefail
cd "$(dirname "$0")/.."

build() { # folder, CMake options
  cmake -S . -B "$@" -DPOINTSMAN_TESTS=ON > /dev/null
  cmake --build "$1" --parallel 2
}

# The kernels' own tests take all instruction sets in turn; the others use the one that is in force.
run() { # folder, instruction sets
  for simd in "${@:2}"; do
    echo "$1, POINTSMAN_SIMD=$simd"
    POINTSMAN_SIMD=$simd ctest --test-dir "$1" --output-on-failure --no-tests=error --parallel 2
  done
}

# Enough for traces; more would take twice as long to compile.
light=(-DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1")
mapfile -t sets < <(bash scripts/simd-names.sh)
case "${1:-}" in
  "")
    build build-native
    run build-native "${sets[@]}"
    ;;
  --sanitizers)
    export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
    build build-sanitizers -DPOINTSMAN_SANITIZE=address,undefined "${light[@]}"
    run build-sanitizers "${sets[-1]}"
    build build-tsan -DPOINTSMAN_SANITIZE=thread "${light[@]}"
    run build-tsan "${sets[-1]}"
    ;;
  --aarch64)
    build build-aarch64 --toolchain "$PWD/native/cmake/aarch64-linux-gnu.cmake"
    run build-aarch64 neon
    ;;
  *)
    echo "Expected --sanitizers, --aarch64 or nothing but received $1." >&2
    exit 2
    ;;
esac
