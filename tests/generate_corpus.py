"""Write a metrics repository of the size and shape of the largest real one, for measuring.

Usage: ``python tests/generate_corpus.py FOLDER [TIMES]``. One unit is 12 packages with 1,032 metrics, 1,705
specifications and 126 partials in 79 files; TIMES makes so many units, each with packages of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PACKAGES, METRICS, SPECIFICATIONS, PARTIALS = 12, 1032, 1705, 126
_BIG = 924  # nearly all metrics are of one package, as in life
_CAMERAS = ("cfht", "decam", "hsc")
_LEVELS = ("minimum", "design", "stretch")
_UNITS = ("mmag", "marcsec", "'%'", "''", "s")


def _metric(index: int) -> str:
    return (
        f"Quantity{index}:\n"
        "  description: >\n"
        f"    Scatter of the quantity number {index}, taken over all visits of a field and all bright\n"
        "    isolated stars in it.\n"
        f"  unit: {_UNITS[index % len(_UNITS)]}\n"
        "  reference:\n    doc: DOC-1\n    url: https://example.org/doc-1\n"
        f"    page: {index % 90 + 1}\n"
        "  tags:\n    - photometry\n    - science\n\n"
    )


def _levels(file: int, metrics: range) -> str:
    """One file of requirements: a partial a metric, three levels of each."""
    documents = []
    for metric in metrics:
        documents.append(
            f"---\nid: 'base{metric}'\nmetric: 'Quantity{metric}'\ntags:\n  - 'quantity'\n  - 'file{file}'\n"
            f"threshold:\n  unit: {_UNITS[metric % len(_UNITS)]}\n  operator: '<='\n"
        )
        documents.extend(
            f"---\nname: '{level}'\nbase: '#base{metric}'\nthreshold:\n  value: {10.0 - rank}\ntags:\n  - {level}\n"
            for rank, level in enumerate(_LEVELS)
        )
    return "\n".join(documents)


def _camera(camera: str) -> str:
    dataset = f"instrument: '{camera.upper()}'\n  dataset_name: 'data_{camera}'"
    visits = "visits: [849375, 850587]\n  ccds: [12, 13, 14, 21, 22, 23]"
    documents = [f"---\nid: '{camera}'\nmetadata_query:\n  {dataset}\n  {visits}\n"]
    documents.extend(
        f"---\nid: '{camera}-{band}'\nbase: '#{camera}'\nmetadata_query:\n  filter_name: '{band}'\n"
        for band in "ugrizy"
    )
    return "\n".join(documents)


def write(folder: Path, times: int = 1) -> None:
    """Write the repository."""
    for unit in range(times):
        _write_unit(folder, f"u{unit}_" if times > 1 else "")


def _write_unit(folder: Path, prefix: str) -> None:
    (folder / "metrics").mkdir(parents=True, exist_ok=True)
    big = f"{prefix}package0"
    (folder / "metrics" / f"{big}.yaml").write_text("".join(_metric(index) for index in range(_BIG)), encoding="utf-8")
    rest = METRICS - _BIG
    for package in range(1, PACKAGES):
        own = range(rest * (package - 1) // (PACKAGES - 1), rest * package // (PACKAGES - 1))
        text = "".join(_metric(index) for index in own)
        (folder / "metrics" / f"{prefix}package{package}.yaml").write_text(text, encoding="utf-8")
    specs = folder / "specs" / big
    (specs / "cameras").mkdir(parents=True, exist_ok=True)
    for camera in _CAMERAS:
        (specs / "cameras" / f"{camera}.yaml").write_text(_camera(camera), encoding="utf-8")
    tested = PARTIALS - len(_CAMERAS) * 7
    for file in range(15):
        metrics = range(tested * file // 15, tested * (file + 1) // 15)
        (specs / f"levels{file}.yaml").write_text(_levels(file, metrics), encoding="utf-8")
    _write_heirs(specs, SPECIFICATIONS - tested * len(_LEVELS), tested)


def _write_heirs(specs: Path, count: int, tested: int) -> None:
    """Write concrete specifications: two bases each, a requirement and a camera's band."""
    documents = []
    for index in range(count):
        metric, level = index % tested, _LEVELS[index // tested % 3]
        camera, band = _CAMERAS[index % 3], "ugrizy"[index // 3 % 6]
        documents.append(
            f"---\n# a comment on what it is for\nname: '{camera}_{level}_{band}_{index}'\n"
            f"base: ['Quantity{metric}.{level}', 'cameras/{camera}#{camera}-{band}']\n"
        )
    for file in range(49):
        piece = documents[count * file // 49 : count * (file + 1) // 49]
        (specs / f"heirs{file}.yaml").write_text("\n".join(piece), encoding="utf-8")


def write_job(path: Path, measurements: int) -> None:
    """Write a job of one camera and band that measures the first metrics of the largest package, and unknown ones."""
    measured = [
        {"metric": f"package0.Quantity{index}", "value": index % 13, "unit": _UNITS[index % len(_UNITS)].strip("'")}
        for index in range(min(measurements, _BIG))
    ]
    measured += [
        {"metric": f"package1.Unknown{index}", "value": 1.0, "unit": "s"}
        for index in range(measurements - len(measured))
    ]
    meta = {
        "instrument": "HSC",
        "dataset_name": "data_hsc",
        "visits": [849375, 850587],
        "ccds": [12, 13, 14, 21, 22, 23],
        "filter_name": "r",
    }
    path.write_text(json.dumps({"measurements": measured, "meta": meta}), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
