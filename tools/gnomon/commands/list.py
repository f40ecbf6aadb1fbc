"""``gnomon list``: what a repository holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gnomon.commands import options, terms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gnomon.listing import Filter
    from gnomon.registry import Registry

_KINDS = ("metrics", "specs", "partials", "packages", "tags")


@click.command("list")
@click.argument("kind", type=click.Choice(_KINDS), default="metrics")
@click.option("--package", metavar="P", help="Only of this package.")
@click.option("--metric", metavar="M", help="Only of this metric, alone or as `package.metric`.")
@click.option(
    "--tag", "tags", metavar="T", multiple=True, help="Only with this tag; may be repeated, all must be there."
)
@click.option(
    "--applies",
    metavar="KEY=VALUE",
    multiple=True,
    help="Only what applies to a job with this metadata, values as in YAML (`r`, `9813`, `'1'`); may be repeated.",
)
@click.option("--untested", is_flag=True, help="Only metrics that no specification tests.")
@options.revision
@options.output_format("table", "json", text="How to write them.")
@click.pass_obj
def command(
    directory: Path,
    *,
    kind: str,
    package: str | None,
    metric: str | None,
    tags: tuple[str, ...],
    applies: tuple[str, ...],
    untested: bool,
    revision: str | None,
    style: str,
) -> int:
    """List metrics, specs, partials, packages or tags (default: metrics)."""
    from gnomon import listing
    from gnomon.render import listed

    if applies and kind not in {"specs", "partials"}:
        raise click.UsageError(f"--applies is for specs and partials, not for {kind}")
    if untested and kind != "metrics":
        raise click.UsageError(f"--untested is for metrics, not for {kind}")
    registry = options.load_registry(directory, revision)
    wanted = listing.Filter(package, metric, frozenset(tags), terms.read(applies, "--applies") if applies else None)
    _judge(registry, wanted)
    _tell_unknown_terms(registry, wanted.metadata or {})
    rows = listing.rows(registry, kind, wanted)
    if untested:
        rows = [row for row in rows if not row["specifications"]]
    click.echo(listed.as_json(kind, rows) if style == "json" else "\n".join(listed.as_table(kind, rows)))
    return options.warn_unresolved(registry)


def _tell_unknown_terms(registry: Registry, metadata: Mapping[str, Any]) -> None:
    """Say of a term that no query asks for what was perhaps meant; a job may have terms of its own."""
    from gnomon.names import closest, with_guess

    asked = {term for _, found in registry.resolved_specifications() for term in found.metadata_query}
    for term in metadata:
        meant = closest(term, asked) if term not in asked else None
        if meant is not None:
            options.tell("note", with_guess(f"no specification asks for `{term}`", meant))


def _judge(registry: Registry, wanted: Filter) -> None:
    """Refuse a filter for something that is not there: an empty list would look like an answer."""
    from gnomon.errors import UsageError
    from gnomon.listing import names_of
    from gnomon.names import closest, with_guess

    asked = [("package", wanted.package), ("metric", wanted.metric), *(("tag", tag) for tag in sorted(wanted.tags))]
    for kind, name in asked:
        known = names_of(registry, kind) if name is not None else set()
        if name is not None and name not in known:
            where = f"`gnomon list {kind}s` shows what there is"
            raise UsageError(with_guess(f"there is no {kind} `{name}`", closest(name, known), where))
