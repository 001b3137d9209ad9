"""The line protocol with the bench (bench/lib/child.mjs): facts first, then a slice of time whenever it asks."""

import json
import statistics
import sys
import time


def slice_of_time(run_pass, items, milliseconds):
    """Passes until so many milliseconds are over, at least one. Returns the median pass, nanoseconds of processor time an item."""
    times = []
    while not times or sum(times) < milliseconds * 1e6:
        begin = time.process_time_ns()
        run_pass()
        times.append(time.process_time_ns() - begin)
    return statistics.median(times) / items


def serve(contestants, **facts):
    """contestants: name -> (run_pass, items)."""
    print(json.dumps(facts), flush=True)
    for line in sys.stdin:
        milliseconds, name = line.split()
        print(slice_of_time(*contestants[name], float(milliseconds)), flush=True)
