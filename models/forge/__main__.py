"""Forge the toy pool: ``python3 -m forge`` (all models) or ``--model NAME``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def _prepare() -> None:
    """Must run before PyTorch is imported: one thread, and the right kernels.

    Debian's OpenBLAS does not know recent CPUs and falls back to SSE3, which
    halves the training speed.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    info = Path("/proc/cpuinfo")
    flags = info.read_text() if info.exists() else ""
    for flag, core in (("avx512bw", "SkylakeX"), ("avx2", "Haswell")):
        if flag in flags:
            os.environ.setdefault("OPENBLAS_CORETYPE", core)
    try:
        import torch  # noqa: F401
    except ImportError:
        sys.exit(
            f"PyTorch is missing for {sys.executable}.\n"
            "On Debian or Ubuntu: apt-get install python3-torch, then run /usr/bin/python3 -m forge"
        )


def main() -> None:
    """Parse the command line and forge."""
    parser = argparse.ArgumentParser(prog="forge", description="Forge the seven toy models.")
    parser.add_argument("--model", help="forge only this model (and what it starts from)")
    parser.add_argument("--questions", action="store_true", help="write the question files and stop")
    parser.add_argument("--force", action="store_true", help="forge models that exist already")
    arguments = parser.parse_args()
    folder = Path(__file__).resolve().parent.parent
    from . import questions

    if arguments.questions:
        questions.write(folder / "questions")
        return
    _prepare()
    from . import pool

    pool.forge(folder, arguments.model, arguments.force)


if __name__ == "__main__":
    main()
