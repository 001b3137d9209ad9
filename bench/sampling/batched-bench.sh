#!/bin/sh
# Builds llama.cpp's llama-batched-bench on the very libraries that node-llama-cpp runs (its linux-x64 package), from the
# sources that come with it: batched-bench.sh DIRECTORY. Needs git and g++; takes a minute; nothing comes from outside.
set -eu
modules=$(cd "$(dirname "$0")/../../node_modules" && pwd)
libraries=$modules/@node-llama-cpp/linux-x64/bins/linux-x64
mkdir -p "$1"
cd "$1"
[ -d llama.cpp ] || git clone -q "$modules/node-llama-cpp/llama/gitRelease.bundle" llama.cpp
# The libraries know processors by files beside them, which the bench's own main does not look for.
cat >main.cpp <<'END'
#include "ggml-backend.h"
int llama_batched_bench(int argc, char ** argv);
int main(int argc, char ** argv) {
    ggml_backend_load_all_from_path(LIBRARIES);
    return llama_batched_bench(argc, argv);
}
END
g++ -std=c++17 -O2 -DLIBRARIES="\"$libraries\"" -Illama.cpp/common -Illama.cpp/include -Illama.cpp/ggml/include \
    -Illama.cpp/vendor main.cpp llama.cpp/tools/batched-bench/batched-bench.cpp -o llama-batched-bench \
    "$libraries"/libllama-common.so "$libraries"/libllama.v*.so "$libraries"/libggml.v*.so \
    "$libraries"/libggml-base.so -Wl,-rpath,"$libraries"
echo "$PWD/llama-batched-bench"
