"""Measure speed, side by side in one run: ``make bench``.

Every figure is the median of whole processes, so that start-up counts; the peer is PyYAML's C loader, which only
parses the same files. Nothing here is a test: figures are for reading.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import generate_corpus

_PARSE = (
    "import sys, yaml, pathlib\n"
    "for path in pathlib.Path(sys.argv[1]).rglob('*.yaml'):\n"
    "    list(yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader))\n"
)
Figure = tuple[str, float, float, float]


def _measure(name: str, command: list[str], environment: dict[str, str], repeats: int) -> Figure:
    """Run a command several times; give name, median wall clock, median CPU (both s) and peak memory (MiB)."""
    walls, cpus, peaks = [], [], []
    for _ in range(repeats):
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode > 1:  # 1 is a check that found something
            raise SystemExit(f"{name}: {command} ended with {process.returncode}")
        walls.append(time.perf_counter() - began)
        cpus.append(used.ru_utime + used.ru_stime)
        peaks.append(used.ru_maxrss / 1024)
    return name, statistics.median(walls), statistics.median(cpus), max(peaks)


def _figures(corpus: Path, cache: Path, repeats: int) -> list[Figure]:
    gnomon = [sys.executable, "-m", "gnomon"]
    plain = {**os.environ, "GNOMON_CACHE_DIR": ""}
    cached = {**os.environ, "GNOMON_CACHE_DIR": str(cache)}
    check = [*gnomon, "-C", str(corpus), "check"]
    subprocess.run(check, env=cached, stdout=subprocess.DEVNULL, check=False)
    runs = [
        ("parse only (CSafeLoader)", [sys.executable, "-c", _PARSE, str(corpus)], plain),
        ("gnomon check, no cache", check, plain),
        ("gnomon check, warm cache", check, cached),
        ("gnomon --help", [*gnomon, "--help"], plain),
        ("gnomon --version", [*gnomon, "--version"], plain),
    ]
    return [_measure(name, command, environment, repeats) for name, command, environment in runs]


def main() -> None:
    """Generate the corpus, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="size of the corpus, in that of the largest real one")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--corpus", type=Path, help="measure on this repository instead of a generated one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        corpus = options.corpus or Path(temporary) / "corpus"
        if options.corpus is None:
            generate_corpus.write(corpus, options.times)
        figures = _figures(corpus, Path(temporary) / "cache", options.repeats)
    base = figures[0][1]
    print(f"{'':28}{'wall':>9}{'CPU':>9}{'peak':>11}{'ratio':>9}")
    for name, wall, cpu, memory in figures:
        print(f"{name:28}{wall:8.3f}s{cpu:8.3f}s{memory:8.0f}MiB{wall / base:8.2f}x")


if __name__ == "__main__":
    main()
