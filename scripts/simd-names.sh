#!/usr/bin/env bash
# Prints the instruction sets of this machine as POINTSMAN_SIMD names them, the best one last.
set -euo pipefail
echo scalar
case "$(uname -m)" in aarch64 | arm64) echo neon ;; esac
if grep -q avx2 /proc/cpuinfo 2> /dev/null; then echo avx2; fi
if grep -q avx512_vbmi2 /proc/cpuinfo 2> /dev/null; then echo avx512; fi
