"""`make bench`: prints one table of what was measured on this machine, beside what is wanted.

Names after the command choose: `python -m tests.bench throughput seen`.
"""

import resource
import sys
import tempfile
from pathlib import Path

from kiosk.sample import demo
from tests.bench import cases, cold, live, pages, ratings

SOURCES = (
    pages.sizes,
    pages.import_preview,
    ratings.throughput,
    ratings.four_processes,
    ratings.slow_fsync,
    live.seen,
    live.snapshots,
    cases.inbox,
    cold.years,
)


def main(names: list[str]) -> None:
    """Measure everything, or what is named, and print the table, line by line as it is known."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"{'measured':<46}{'value':>40}   wanted")
    for source in SOURCES:
        if names and source.__name__ not in names:
            continue
        with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
            place = Path(folder) / "instance"
            for what, value, wanted in source(demo.make(place), place):
                print(f"{what:<46}{value:>40}   {wanted}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
