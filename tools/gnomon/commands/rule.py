"""``gnomon rule``: explain the rules of the check and of the diff."""

from __future__ import annotations

import click

from gnomon.commands import options


@click.command("rule")
@click.argument("name", metavar="[RULE]", required=False)
@click.option("--all", "everything", is_flag=True, help="Explain all rules.")
@options.output_format("text", "json", text="How to write them.")
def command(*, name: str | None, everything: bool, style: str) -> int:
    """Explain what a rule of `check` or `diff` finds and why it matters; without RULE, list all rules."""
    from gnomon.changes import DIFF_CATALOGUE, DiffRule
    from gnomon.errors import UsageError
    from gnomon.names import closest, with_guess
    from gnomon.render import rules
    from gnomon.rules import CATALOGUE, Rule

    if name is not None and everything:
        raise click.UsageError("give a RULE or --all, not both")
    known: dict[str, Rule | DiffRule] = {**CATALOGUE, **DIFF_CATALOGUE}
    if name is not None and name not in known:
        raise UsageError(with_guess(f"there is no rule `{name}`", closest(name, known), "`gnomon rule` lists them"))
    chosen = [known[name]] if name is not None else list(known.values())
    if style == "json":
        click.echo(rules.as_json(chosen))
    elif name is None and not everything:
        columns = options.terminal_columns()
        click.echo("\n".join(rules.as_tables(CATALOGUE.values(), DIFF_CATALOGUE.values(), columns)))
    else:
        click.echo("\n\n".join(rules.as_text(rule) for rule in chosen))
    return 0
