"""Keep guides from running programs and from showing files of the machine: a pull request may change a guide, too.

It needs what comes with ``gnomon[docs]``.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from myst_parser.config.main import MdParserConfig
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_LOGGER = logging.getLogger(__name__)


class _GuideConfig(MdParserConfig):
    """Settings of MyST, which the head of a guide may change, without the one by which it could run a program."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "enable_extensions" and "substitution" in value:
            raise ValueError("`substitution` cannot be enabled in a guide: its expressions are programs")
        super().__setattr__(name, value)


def guard(app: Sphinx) -> None:
    """Let guides insert, show and offer files of the site's sources only."""
    env = app.env
    # Of `include`, `literalinclude`, `:file:` and `:url:`, which take any path or address.
    env.settings["file_insertion_enabled"] = False
    config: Any = getattr(env, "myst_config")  # noqa: B009  # MyST's, which Sphinx's class does not know
    values = {field.name: getattr(config, field.name) for field in dataclasses.fields(config)}
    setattr(env, "myst_config", _GuideConfig(**values))  # noqa: B010  # the same
    app.connect("env-updated", _forget_files_elsewhere)


def _forget_files_elsewhere(_app: Sphinx, env: BuildEnvironment) -> None:
    """Forget images and downloads that are no sources of the site, before they are copied into it."""
    kinds: dict[str, dict[Any, Any]] = {"image": env.images, "download": env.dlfiles}
    for kind, files in kinds.items():
        for name in [name for name in files if str(name).startswith(("../", "/"))]:
            for docname in sorted(files[name][0]):
                _LOGGER.warning("the %s %s is not in the folder of the guides", kind, name, location=docname)
            del files[name]
