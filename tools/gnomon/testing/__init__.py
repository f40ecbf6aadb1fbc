"""A pytest plugin that turns measurements into checks.

A test measures something and says of which metric it is a measurement::

    def test_repeatability(verify):
        verify("validate_drp.PA1", 4.2 * u.mmag, camera="hsc", filter_name="r")

The test fails if a specification that applies to this metadata is not met, or if none does: a green test has tested
something. All measurements of a run go into a job file (``--gnomon-job``), also with pytest-xdist, for `gnomon report`
and others. The guide "Check measurements with pytest" has the details.

This module is loaded by every run of pytest where gnomon is installed, so it imports nothing that costs time. Nothing
else of gnomon imports pytest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from gnomon.testing.verifying import Judge, Verify

__all__ = ["Verify"]

_ATTRIBUTE = "gnomon_measurements"
_MARK_FIELDS = frozenset({"tags", "levels"})
_judge_key = pytest.StashKey["Judge"]()
_records_key = pytest.StashKey[list[str]]()


def __getattr__(name: str) -> Any:
    if name == "Verify":
        from gnomon.testing.verifying import Verify

        return Verify
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and the same as settings of pytest's configuration."""
    group = parser.getgroup("gnomon", "measurements and specifications (gnomon)")
    group.addoption(
        "--gnomon-definitions",
        metavar="PATH[@REV]",
        help="Metrics repository; else the setting, $GNOMON_REPOSITORY, or the definitions in gnomon.",
    )
    group.addoption(
        "--gnomon-tag",
        metavar="TAG",
        action="append",
        help="Judge only by specifications with this tag; may be repeated, then all are needed.",
    )
    group.addoption(
        "--gnomon-level",
        metavar="TAG",
        action="append",
        help="Judge only by specifications with this tag; may be repeated, then one of them is needed.",
    )
    group.addoption(
        "--gnomon-job",
        metavar="FILE",
        help="Write the measurements as a job file at the end; {term} in the name stands for the value of a term.",
    )
    parser.addini("gnomon_definitions", "Metrics repository, as PATH or PATH@REV.")
    parser.addini("gnomon_tags", "Tags that specifications must all have to count.", type="args")
    parser.addini("gnomon_levels", "Tags of which specifications must have one to count.", type="args")
    parser.addini("gnomon_job", "Job file to write at the end; {term} stands for the value of a term.")


def pytest_configure(config: pytest.Config) -> None:
    """Describe the mark, and gather measurements where pytest was started."""
    config.addinivalue_line(
        "markers",
        "gnomon(tags=[...], levels=[...]): which specifications `verify` judges by: "
        "those with all of the tags, and one of the levels.",
    )
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Gatherer(config), "gnomon-gatherer")


def _placed(config: pytest.Config, name: str) -> str | None:
    """Give an option that names a place: relative to where pytest was started, a setting to the configuration file."""
    given: str | None = config.getoption(f"--{name.replace('_', '-')}")
    folder = config.invocation_params.dir
    if given is None:
        given = config.getini(name) or None
        folder = config.inipath.parent if config.inipath is not None else config.rootpath
    if given is None or given == "verify_metrics":
        return given
    return str(Path(folder) / given)


def _selection(request: pytest.FixtureRequest) -> dict[str, frozenset[str]]:
    """Find the tags and levels that count for a test: of the command line, of the nearest mark, or of the settings."""
    chosen = {}
    for field, option in (("tags", "tag"), ("levels", "level")):
        given = request.config.getoption(f"--gnomon-{option}")
        for mark in request.node.iter_markers("gnomon"):
            unknown = set(mark.kwargs) - _MARK_FIELDS
            if mark.args or unknown:
                wrong = ", ".join([*map(repr, mark.args), *sorted(unknown)])
                pytest.fail(f"the mark `gnomon` takes `tags` and `levels` by name, not {wrong}", pytrace=False)
            value = mark.kwargs.get(field)
            if given is None and value is not None:
                given = [value] if isinstance(value, str) else value
        chosen[field] = frozenset(request.config.getini(f"gnomon_{field}") if given is None else given)
    return chosen


def _judge(config: pytest.Config) -> Judge:
    if _judge_key not in config.stash:
        from gnomon.testing.verifying import Judge

        config.stash[_judge_key] = Judge(_placed(config, "gnomon_definitions"))
    return config.stash[_judge_key]


@pytest.fixture
def gnomon_metadata() -> dict[str, Any]:
    """Metadata of all measurements; a project overrides this fixture to say what its tests have in common."""
    return {}


@pytest.fixture
def verify(request: pytest.FixtureRequest, gnomon_metadata: dict[str, Any]) -> Verify:
    """Record measurements, and fail where they do not meet the specifications that apply to them."""
    from gnomon.errors import GnomonError
    from gnomon.jobs.evaluation import Selection
    from gnomon.testing.verifying import Verify

    if not isinstance(gnomon_metadata, Mapping):
        pytest.fail(f"the fixture `gnomon_metadata` must give a mapping, not {gnomon_metadata!r}", pytrace=False)
    judge, fault = _judge(request.config), ""
    try:
        judge.load()
    except (GnomonError, OSError) as error:
        fault = f"gnomon: {error}"
    if fault:
        pytest.fail(fault, pytrace=False)
    records: list[str] = []
    request.node.stash[_records_key] = records
    judge.forget(request.node.nodeid)  # what an earlier attempt of this test measured
    return Verify(judge, request.node.nodeid, gnomon_metadata, Selection(**_selection(request)), records)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report of a test carry its measurements, so that they reach the process that writes the job."""
    report = yield
    records = item.stash.get(_records_key, None)
    if records and call.when == "teardown":
        setattr(report, _ATTRIBUTE, list(records))
    return report


class _Gatherer:
    """Gathers what the reports of tests carry, where pytest was started and not in a worker of xdist."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        # A test that is run again replaces what it measured before, but not what another worker did.
        self._records: dict[tuple[str, str], list[str]] = {}
        self._written: list[str] = []
        self._faults: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the measurements of a test."""
        records = getattr(report, _ATTRIBUTE, None)
        if records is not None:
            self._records[report.nodeid, getattr(report, "worker_id", "")] = records

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the job; what goes wrong with it fails the run."""
        target = _placed(self._config, "gnomon_job")
        if not self._records:
            return
        from gnomon.testing.collecting import write_jobs

        records = [(nodeid, text) for (nodeid, _), texts in sorted(self._records.items()) for text in texts]
        self._written, self._faults = write_jobs(records, target, _judge(self._config))
        if self._faults and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell which files were written, and what is wrong."""
        if (
            _placed(self._config, "gnomon_job") is not None
            and not self._records
            and not self._config.option.collectonly
        ):
            self._written = ["no measurement was made, so no job file was written"]
        if self._written or self._faults:
            terminalreporter.section("gnomon")
        for line in self._written:
            terminalreporter.line(line)
        for line in self._faults:
            terminalreporter.line(f"ERROR: {line}", red=True)
