"""A job file, looked into: as text, and as JSON (``gnomon/inspect/1``)."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import click

from gnomon.render.findings_json import dump
from gnomon.render.terminal import clean, pad, plural, width
from gnomon.render.yaml_text import inline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gnomon.jobs.inspecting import Inspection
    from gnomon.jobs.job import Job

_WIDTH = 80
_LONGEST = 300  # characters of a term, some lines


def summary(job: Job) -> str:
    """Count what is in a job, in one line."""
    counts = (
        (len(job.measurements), "measurement"),
        (len(job.all_blobs), "blob"),
        (len(job.metrics), "metric"),
        (len(job.specs), "specification"),
    )
    return ", ".join(plural(count, noun) for count, noun in counts)


def as_json(found: Inspection) -> str:
    """Write everything for programs."""
    return dump(
        {
            "schema": "gnomon/inspect/1",
            "file": found.file,
            "counts": found.counts,
            "definitions": found.definitions.json if found.definitions is not None else None,
            "metadata": found.metadata,
            "measurements": found.measurements,
            "blobs": found.blobs,
            "unknown_fields": sorted(found.job.extra),
            "warnings": list(found.warnings),
        }
    )


def as_text(found: Inspection) -> Iterator[str]:
    """Write it for a person."""
    yield f"{click.style(clean(found.file), bold=True)}: {summary(found.job)}"
    if found.job.metrics or found.job.specs or found.definitions:
        origin = str(found.definitions) if found.definitions is not None else "the file does not say"
        yield f"Definitions from: {clean(origin)}"
    yield from _terms(found.metadata)
    yield from _measurements(found.measurements)
    yield from _blobs(found.blobs)
    if found.job.extra:
        yield ""
        yield f"{click.style('Other fields', bold=True)}: {clean(', '.join(sorted(found.job.extra)))}"
    for warning in found.warnings:
        yield ""
        yield f"{click.style('warning', fg='yellow', bold=True)}: {clean(warning)}"


def _terms(terms: dict[str, Any]) -> Iterator[str]:
    if not terms:
        return
    yield ""
    yield click.style("Metadata", bold=True)
    yield from _pairs(terms)


def _pairs(terms: dict[str, Any], indent: str = "  ") -> Iterator[str]:
    columns = max(width(clean(term)) for term in terms)
    for term, value in terms.items():
        text = clean(inline(value))
        if len(text) > _LONGEST:
            text = f"{text[:_LONGEST]}... ({len(text):,} characters; see `--format json`)"
        yield f"{indent}{pad(clean(term), columns)}  {text}"


def _measurements(rows: list[dict[str, Any]]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield click.style("Measurements", bold=True)
    names = max(width(clean(row["metric"])) for row in rows)
    for row in rows:
        yield f"  {pad(clean(row['metric']), names)}  {clean(_value(row))}"
        for paragraph in (row["description"] or "").splitlines():
            yield from textwrap.wrap(clean(paragraph), _WIDTH - 4, initial_indent="    ", subsequent_indent="    ")
        if row["notes"]:
            yield from _pairs(row["notes"], "    ")


def _value(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return "not measured"
    return f"{row['value']!r} {row['unit']}".rstrip()


def _blobs(rows: list[dict[str, Any]]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield click.style("Blobs", bold=True)
    for row in rows:
        yield f"  {clean(row['name'])} {click.style(clean(row['identifier']), dim=True)}"
        if not row["data"]:
            yield "    empty"
            continue
        keys = max(width(clean(datum["key"])) for datum in row["data"])
        sizes = max(width(_size(datum)) for datum in row["data"])
        for datum in row["data"]:
            about = ": ".join(text for text in (datum["label"], datum["description"]) if text)
            size = pad(_size(datum), sizes)
            yield f"    {pad(clean(datum['key']), keys)}  {size}  {clean(about)}".rstrip()


def _size(datum: dict[str, Any]) -> str:
    """Say how much there is of a datum, and in which unit."""
    if datum["type"] != "number":
        return str(datum["type"])
    count = plural(math.prod(datum["shape"]), "number")
    shape = f" ({' x '.join(map(str, datum['shape']))})" if len(datum["shape"]) > 1 else ""
    return clean(f"{count}{shape} {datum['unit'] or ''}".rstrip())
