"""Measure speed, side by side in one run: ``make bench``.

Every figure is the median of whole processes, so that start-up counts. Peers are PyYAML's C loader, which only parses
the same files, and ``git diff`` and ``git log`` of the same commits, which know nothing of meaning. Nothing here is a
test: figures are for reading.
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
from typing import TYPE_CHECKING

import generate_corpus

if TYPE_CHECKING:
    from collections.abc import Callable

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
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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


def _git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgSign=false"]
    subprocess.run(["git", "-C", str(root), *identity, *arguments], stdout=subprocess.DEVNULL, check=True)


def _commit(root: Path, message: str) -> None:
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", message)


def _history(root: Path, commits: int) -> None:
    """Write a repository in whose history each commit edits a number in one file of its largest package."""
    generate_corpus.write(root)
    _git(root, "init", "--quiet")
    _commit(root, "All definitions")
    files = sorted((root / "specs" / "package0").glob("levels*.yaml"))
    for number in range(1, commits):
        file = files[number % len(files)]
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("value: 10.", f"value: 10.{number}", 1), encoding="utf-8")
        _commit(root, f"Edit {number}")


def _diff_figures(root: Path, times: int, repeats: int) -> list[Figure]:
    """One package of many changed: the diff beside a check of everything and git's own diff."""
    generate_corpus.write(root, times)
    _git(root, "init", "--quiet")
    _commit(root, "All definitions")
    metrics = root / "metrics" / "u0_package1.yaml"
    metrics.write_text(metrics.read_text(encoding="utf-8").replace("unit: mmag", "unit: mag", 1), encoding="utf-8")
    _commit(root, "Change a unit")
    gnomon = [sys.executable, "-m", "gnomon", "-C", str(root)]
    plain = {**os.environ, "GNOMON_CACHE_DIR": ""}
    runs = [
        ("git diff HEAD~1 HEAD", ["git", "-C", str(root), "diff", "HEAD~1", "HEAD"]),
        ("gnomon diff HEAD~1 HEAD", [*gnomon, "diff", "HEAD~1", "HEAD"]),
        ("gnomon diff HEAD~1 (disk)", [*gnomon, "diff", "HEAD~1"]),
        ("gnomon check --rev HEAD", [*gnomon, "check", "--rev", "HEAD"]),
    ]
    return [_measure(name, command, plain, repeats) for name, command in runs]


def _log_figures(root: Path, cache: Path, commits: int, repeats: int) -> list[Figure]:
    """Tell the history of one metric's specification, of its package and of one that changed once."""
    _history(root, commits)
    gnomon = [sys.executable, "-m", "gnomon", "-C", str(root), "log"]
    name = "package0.Quantity0.minimum"
    plain = {**os.environ, "GNOMON_CACHE_DIR": ""}
    cached = {**os.environ, "GNOMON_CACHE_DIR": str(cache)}
    subprocess.run([*gnomon, name], env=cached, stdout=subprocess.DEVNULL, check=False)
    runs = [
        ("git log -p specs/package0", ["git", "-C", str(root), "log", "-p", "specs/package0"], plain),
        ("gnomon log SPEC, no cache", [*gnomon, name], plain),
        ("gnomon log SPEC, warm cache", [*gnomon, name], cached),
        ("gnomon log METRIC, warm cache", [*gnomon, "package0.Quantity0"], cached),
        ("gnomon log small package", [*gnomon, "package1"], cached),
    ]
    return [_measure(label, command, environment, repeats) for label, command, environment in runs]


def _report_figures(corpus: Path, folder: Path, repeats: int) -> list[Figure]:
    """Judge a job of 1,000 measurements by the corpus; the import of astropy, that quantities need, is a part of it."""
    generate_corpus.write_job(folder / "job.json", 1000)
    report = [sys.executable, "-m", "gnomon", "report", str(folder / "job.json"), "--definitions", str(corpus)]
    cached = {**os.environ, "GNOMON_CACHE_DIR": str(folder / "cache")}
    load = "import gnomon; print(gnomon.SpecificationSet.load_metrics_package())"
    subprocess.run(report, env=cached, stdout=subprocess.DEVNULL, check=False)
    runs = [
        ("import astropy.units", [sys.executable, "-c", "import astropy.units"]),
        ("import gnomon", [sys.executable, "-c", "import gnomon"]),
        ("load the bundled definitions", [sys.executable, "-c", load]),
        ("gnomon report", report),
        ("gnomon report --format json", [*report, "--format", "json"]),
        ("gnomon report --format html", [*report, "--format", "html"]),
    ]
    figures = [_measure(label, command, cached, repeats) for label, command in runs]
    wall = next(figure[1] for figure in figures if figure[0] == "gnomon report")
    print(f"gnomon report: {generate_corpus.SPECIFICATIONS / wall:,.0f} specifications a second, start-up and all\n")
    return figures


def _print(title: str, figures: list[Figure]) -> None:
    base = figures[0][1]
    print(f"{title:34}{'wall':>9}{'CPU':>9}{'peak':>11}{'ratio':>9}")
    for name, wall, cpu, memory in figures:
        print(f"{name:34}{wall:8.3f}s{cpu:8.3f}s{memory:8.0f}MiB{wall / base:8.2f}x")
    print()


def main() -> None:
    """Generate the corpus, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="size of the corpus, in that of the largest real one")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--corpus", type=Path, help="check this repository instead of a generated one")
    parser.add_argument("--only", choices=["check", "diff", "report", "log"], help="one part of the measurements")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        corpus = options.corpus or folder / "corpus"
        if options.corpus is None:
            generate_corpus.write(corpus, options.times)
        parts: dict[str, Callable[[], list[Figure]]] = {
            "check": lambda: _figures(corpus, folder / "cache", options.repeats),
            "diff": lambda: _diff_figures(folder / "diff", 10 * options.times, options.repeats),
            "report": lambda: _report_figures(corpus, folder, options.repeats),
            "log": lambda: _log_figures(folder / "log", folder / "cache", 140, min(options.repeats, 3)),
        }
        for name, measure in parts.items():
            if options.only in {None, name}:
                _print(name, measure())


if __name__ == "__main__":
    main()
