"""``gnomon new``: add a metric or a specification."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gnomon.commands import options, terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from gnomon.editing.adding import Proposal
    from gnomon.registry import Registry
    from gnomon.sources import WorkingTree
    from gnomon.specifications import Test

    Propose = Callable[[WorkingTree, Registry, frozenset[str]], Proposal]

_dry_run = click.option("--dry-run", is_flag=True, help="Show it, but write nothing.")


@click.group("new")
def command() -> None:
    """Add a metric or a specification to the files of its package.

    It is written at the end of a file, as that file is laid out, and shown. What would bring an error is not written:
    its findings are shown, and the exit status is 1.
    """


@command.command("metric", short_help="Add a metric to a package.")
@click.argument("name", metavar="PACKAGE.METRIC")
@click.option("--unit", required=True, help="As astropy.units reads it; '' for a dimensionless quantity.")
@click.option("--description", metavar="TEXT", required=True, help="What is measured, of which objects, over what.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A word to find it by; may be repeated.")
@click.option("--doc", metavar="HANDLE", help="The document that defines it, such as LPM-17.")
@click.option("--page", type=int, metavar="N", help="Page of the document.")
@click.option("--section", metavar="S", help="Section of the document.")
@click.option("--url", help="Where that can be read.")
@click.option("--label", metavar="L", help="Short name for plots.")
@click.option("--owner", "owners", metavar="O", multiple=True, help="Who answers for it; may be repeated.")
@_dry_run
@click.pass_obj
def metric(
    directory: Path,
    /,
    *,
    name: str,
    unit: str,
    description: str,
    tags: tuple[str, ...],
    label: str | None,
    owners: tuple[str, ...],
    dry_run: bool,
    **reference: Any,
) -> int:
    """Add a metric at the end of metrics/PACKAGE.yaml, which is made if it is not there."""
    from gnomon.editing import adding, pieces
    from gnomon.errors import UsageError
    from gnomon.names import Name

    package, short = _parts(name, ("PACKAGE", "METRIC"))
    fields = pieces.metric_fields(
        description=description, unit=unit, label=label, tags=tags, owners=owners, reference=reference
    )

    def propose(source: WorkingTree, now: Registry, rules: frozenset[str]) -> Proposal:
        known = now.metrics.get(Name.of(package, short))
        if known is not None:
            raise UsageError(f"there is a metric {name} already: {known.key.place}")
        _tell_misspelt(package, now.packages)
        return adding.propose(source, now, rules, f"metrics/{package}.yaml", fields, short)

    return _add(directory, name, propose, dry_run=dry_run)


@command.command("spec", short_help="Add a specification of a metric.")
@click.argument("name", metavar="PACKAGE.METRIC.NAME")
@click.option(
    "--test", "text", metavar="TEXT", help="As gnomon shows tests: '<= 5 mmag', '[1, 2] mag', '27.1 ± 0.1 mag'."
)
@click.option("--base", "bases", metavar="BASE", multiple=True, help="What it inherits from; may be repeated.")
@click.option(
    "--where",
    metavar="KEY=VALUE",
    multiple=True,
    help="A term of jobs that it applies to, its value as in YAML (`r`, `9813`, `{in: [g, r]}`); may be repeated.",
)
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A word to find it by; may be repeated.")
@click.option("--abstract", is_flag=True, help="Make it a requirement, judged by what inherits from it.")
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where to write it, in specs/PACKAGE/.  [default: specs/PACKAGE/METRIC.yaml]",
)
@_dry_run
@click.pass_obj
def spec(
    directory: Path,
    /,
    *,
    name: str,
    text: str | None,
    bases: tuple[str, ...],
    where: tuple[str, ...],
    tags: tuple[str, ...],
    abstract: bool,
    file: Path | None,
    dry_run: bool,
) -> int:
    """Add a specification as the last document of a file, which is made if it is not there.

    TEXT is one of `<= 5 mmag`, also with the other operators; `[1, 2] mag`, with round brackets where a limit does not
    pass itself, and `-inf` or `inf` where there is none; `27.14 ± 0.05 mag`, also with `+-` or `+/-`; `27.14 +0.1 -0.02
    mag`; and `350 ± 10 %`.
    """
    from gnomon.editing import adding, pieces
    from gnomon.errors import UsageError

    package, metric_name, short = _parts(name, ("PACKAGE", "METRIC", "NAME"))
    test = _test(text) if text is not None else None
    query = terms.read(where, "--where")
    fields = pieces.specification_fields(
        f"{metric_name}.{short}", test=test, bases=bases, query=query, tags=tags, abstract=abstract
    )

    def propose(source: WorkingTree, now: Registry, rules: frozenset[str]) -> Proposal:
        known = now.specifications.get(name)
        if known is not None:
            raise UsageError(f"there is a specification {name} already: {known.name_node.place}")
        if test is not None:
            _require_unit(now, f"{package}.{metric_name}", test)
        path = _path(directory, source, package, file) if file is not None else _own_file(source, package, metric_name)
        return adding.propose(source, now, rules, path, fields)

    return _add(directory, name, propose, dry_run=dry_run)


def _parts(name: str, needed: tuple[str, ...]) -> list[str]:
    """Take a full name apart."""
    parts = name.split(".")
    if len(parts) != len(needed):
        raise click.UsageError(f"a full name is needed, {'.'.join(needed)}, not `{name}`")
    for part in parts:
        options.require_name(part, "a part of a name")
    return parts


def _tell_misspelt(package: str, known: list[str]) -> None:
    """Tell a new package that is nearly one of those there are: nothing else would."""
    from gnomon.names import closest, with_guess

    meant = closest(package, known) if package not in known else None
    if meant is not None:
        options.tell("note", with_guess(f"`{package}` is a new package", meant))


def _test(text: str) -> Test:
    from gnomon.specifications import parse_test

    try:
        return parse_test(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _require_unit(now: Registry, metric_name: str, test: Test) -> None:
    """Refuse a test whose unit was forgotten: it would be taken for one of bare numbers."""
    from gnomon.names import Name

    known = now.metrics.get(Name(metric_name))
    unit = known.metric.unit_str if known is not None and known.metric is not None else ""
    if unit and not test.unit:
        hint = "`<= 5 %` or `(50 ± 2) %`" if unit == "%" else f"`<= 5 {unit}`"
        raise click.UsageError(
            f"`{test}` has no unit after its numbers, and {metric_name} is measured in `{unit}`: write, say, {hint}"
        )


def _own_file(source: WorkingTree, package: str, metric_name: str) -> str:
    stem = f"specs/{package}/{metric_name}"
    return f"{stem}.yml" if source.read(f"{stem}.yml") is not None else f"{stem}.yaml"


def _path(directory: Path, source: WorkingTree, package: str, file: Path) -> str:
    """Give the path of a file of specifications in the metrics repository."""
    # normpath, not resolve: a link is met under its own name.
    absolute = Path(os.path.normpath(directory.resolve() / file))
    path = absolute.relative_to(source.root).as_posix() if absolute.is_relative_to(source.root) else ""
    hidden = any(part.startswith(".") for part in path.split("/"))
    if not path.startswith(f"specs/{package}/") or not path.endswith((".yaml", ".yml")) or hidden:
        raise click.UsageError(f"--file must be a file in specs/{package}/ that ends in .yaml, not {file}")
    return path


def _add(directory: Path, name: str, propose: Propose, *, dry_run: bool) -> int:
    """Show a definition and write it, or show why not."""
    from gnomon.editing.adding import write
    from gnomon.loader import load
    from gnomon.render import full
    from gnomon.render.terminal import clean
    from gnomon.sources import WorkingTree, find_repository

    source = WorkingTree(find_repository(directory))
    rules = options.rule_names()
    with options.progress() as advance:
        now = load(source, rules=rules, progress=advance)
    proposal = propose(source, now, rules)
    if not proposal.is_sound:
        # Without a summary: what it counts is not there, and `check --fix` cannot mend what is in no file.
        for block in full.blocks(proposal.errors, options.terminal_columns()):
            click.echo(block)
        click.echo(f"{clean(name)} is not written, since it would bring what is shown", err=True)
        return 1
    if not dry_run:
        write(source, proposal)
    click.echo(clean(f"{source.prefix}{proposal.path}:{proposal.line}: {name}"))
    for line in proposal.piece:
        click.echo(clean(line))
    if proposal.result.findings:
        click.echo("\n".join(full.blocks(proposal.result, options.terminal_columns())).rstrip("\n"), err=True)
    return 0
