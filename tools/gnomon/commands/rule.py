"""``gnomon rule``: explain the rules of the check."""

from __future__ import annotations

import click


@click.command("rule")
@click.argument("name", metavar="[RULE]", required=False)
@click.option("--all", "everything", is_flag=True, help="Explain all rules.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to write them.",
)
def command(*, name: str | None, everything: bool, style: str) -> int:
    """Explain what a rule finds, why it matters and how to mend it; without RULE, list all rules."""
    from gnomon.errors import UsageError
    from gnomon.names import closest
    from gnomon.render import rules
    from gnomon.rules import CATALOGUE

    if name is not None and everything:
        raise click.UsageError("give a RULE or --all, not both")
    if name is not None and name not in CATALOGUE:
        meant = closest(name, CATALOGUE)
        raise UsageError(
            f"there is no rule `{name}`" + (f"; did you mean `{meant}`?" if meant else " (`gnomon rule` lists them)")
        )
    chosen = [CATALOGUE[name]] if name is not None else list(CATALOGUE.values())
    if style == "json":
        click.echo(rules.as_json(chosen))
    elif name is None and not everything:
        click.echo("\n".join(rules.as_table(chosen)))
    else:
        click.echo("\n\n".join(rules.as_text(rule) for rule in chosen))
    return 0
