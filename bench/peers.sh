#!/usr/bin/env bash
# Installs what `npm run bench` compares Pointsman with. The bench skips by name whatever is missing.
#   bench/peers.sh           npm packages, into bench/peers/node_modules
#   bench/peers.sh --debian  also the Debian (bookworm) packages; needs root
set -euo pipefail
cd "$(dirname "$0")/peers"

if [[ "${1:-}" == "--debian" ]]; then
  apt-get install --yes --no-install-recommends libfasttext-dev liblinear-dev python3-sklearn python3-faiss util-linux
elif [[ $# -gt 0 ]]; then
  echo "Expected --debian or nothing but received $1." >&2
  exit 2
fi

npm ci --no-audit --no-fund
# hnswlib-node is C++: where it does not build, the bench goes on without it.
npm rebuild hnswlib-node || echo "hnswlib-node did not build and will be skipped." >&2
