"""What the environment of a run tells about it: the variables that continuous integration sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType
from typing import TYPE_CHECKING

from gnomon.errors import UsageError
from gnomon.jobs.packages import without_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Environment:
    """A kind of continuous integration.

    Attributes
    ----------
    marker
        A variable that is always set there.
    terms
        Variables by the term that they give; of several the first that is set.
    url
        How the address of the run is made of variables.
    """

    marker: str
    terms: Mapping[str, tuple[str, ...]]
    url: str


ENVIRONMENTS: Mapping[str, Environment] = MappingProxyType(
    {
        "jenkins": Environment(
            "BUILD_ID",
            {
                "ci_id": ("BUILD_ID",),
                "ci_name": ("JOB_NAME",),
                "ci_repository": ("GIT_URL",),
                "ci_commit": ("GIT_COMMIT",),
                "ci_branch": ("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"),
                "ci_runner": ("NODE_NAME",),
            },
            "{BUILD_URL}",
        ),
        "github": Environment(
            "GITHUB_RUN_ID",
            {
                "ci_id": ("GITHUB_RUN_ID",),
                "ci_attempt": ("GITHUB_RUN_ATTEMPT",),
                "ci_name": ("GITHUB_WORKFLOW",),
                "ci_repository": ("GITHUB_REPOSITORY",),
                "ci_commit": ("GITHUB_SHA",),
                "ci_branch": ("GITHUB_HEAD_REF", "GITHUB_REF_NAME"),
                "ci_event": ("GITHUB_EVENT_NAME",),
                "ci_runner": ("RUNNER_NAME",),
            },
            "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",
        ),
        "gitlab": Environment(
            "CI_JOB_ID",
            {
                "ci_id": ("CI_JOB_ID",),
                "ci_pipeline": ("CI_PIPELINE_ID",),
                "ci_name": ("CI_JOB_NAME",),
                "ci_repository": ("CI_PROJECT_PATH",),
                "ci_commit": ("CI_COMMIT_SHA",),
                "ci_branch": ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_REF_NAME"),
                "ci_event": ("CI_PIPELINE_SOURCE",),
                "ci_runner": ("CI_RUNNER_DESCRIPTION",),
            },
            "{CI_JOB_URL}",
        ),
    }
)


def environment_terms(name: str, variables: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Give the terms of a job's metadata that go under ``env``.

    Parameters
    ----------
    name
        One of `ENVIRONMENTS`.
    variables
        Of the process.
    now
        With its time zone.

    Returns
    -------
    dict
        ``env_name``, ``date`` (ISO 8601, UTC) and what the variables tell; those that are not set give no term.

    Raises
    ------
    UsageError
        This does not run there.
    """
    known = ENVIRONMENTS[name]
    if not variables.get(known.marker):
        raise UsageError(f"this is no run of {name}: the variable {known.marker} is not set")
    terms = {"env_name": name, "date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    for term, names in known.terms.items():
        value = next((found for variable in names if (found := variables.get(variable))), None)
        if value is not None:
            terms[term] = value
    if "://" in terms.get("ci_repository", "") or "@" in terms.get("ci_repository", ""):
        address = without_credentials(terms.pop("ci_repository"))
        terms |= {"ci_repository": address} if address is not None else {}
    try:
        address = without_credentials(known.url.format_map(variables))
    except KeyError:  # a part of it is not set
        return terms
    return terms | ({"ci_url": address} if address else {})
