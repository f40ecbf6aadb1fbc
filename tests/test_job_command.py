"""``gnomon job merge|inspect|metadata``: what the tutorial's dispatch step did, short of the upload."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import astropy.units as u
import numpy as np
import pytest
from jsonschema import Draft202012Validator

from conftest import git, write
from gnomon import Blob, Datum, Job, Measurement, Metric, ThresholdSpecification, schemas
from gnomon.jobs.environment import ENVIRONMENTS, environment_terms
from gnomon.jobs.packages import without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Gnomon

METRICS = "A: {description: The first., unit: mmag, tags: [t]}\nB: {description: The second., unit: ''}\n"
SPECS = "name: A.s\nthreshold: {operator: '<', value: 5, unit: mmag}\n"


def save(root: Path, name: str, *measurements: Measurement, **meta: Any) -> Job:
    job = Job(measurements, meta=meta)
    job.write(root / name)
    return job


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def merged(gnomon: Gnomon, root: Path, *arguments: str) -> Job:
    status, _, err = gnomon(root, "job", "merge", *arguments, "--output", "out.json")
    assert (status, err) == (0, "")
    return Job.read(root / "out.json")


# Merging


def test_jobs_are_merged_and_written(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", Measurement("p.A", 5 * u.mmag, extras={"x": Datum(1)}, notes={"k": "v"}), camera="hsc")
    save(tmp_path, "b.json", Measurement("p.B", 7), camera="hsc", visit=9813)
    status, out, err = gnomon(tmp_path, "job", "merge", "a.json", "b.json", "--output", "out.json")
    assert (status, err) == (0, "")
    assert out == "Wrote out.json: 2 measurements, 1 blob, 0 metrics, 0 specifications\n"
    job = Job.read(tmp_path / "out.json")
    assert sorted(map(str, job.measurements)) == ["p.A", "p.B"]
    assert dict(job.meta) == {"camera": "hsc", "visit": 9813, "p.A.k": "v"}
    assert job.measurements["p.A"].extras["x"].quantity == 1


def test_without_output_the_job_is_printed(tmp_path: Path, gnomon: Gnomon) -> None:
    job = save(tmp_path, "a.json", Measurement("p.A", 5 * u.mmag))
    status, out, err = gnomon(tmp_path, "job", "merge", "a.json")
    assert (status, json.loads(out), err) == (0, job.json, "")


def test_a_job_is_read_from_standard_input(tmp_path: Path, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job([Measurement("p.A", 5 * u.mmag)])
    stream = io.TextIOWrapper(io.BytesIO(json.dumps(job.json).encode()))
    monkeypatch.setattr("sys.stdin", stream)
    status, out, _ = gnomon(tmp_path, "job", "merge", "-")
    assert (status, json.loads(out)) == (0, job.json)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"[]")))
    assert gnomon(tmp_path, "job", "inspect", "-") == (
        2, "", "error: <stdin>: $: a job is an object, not an array\n"
    )  # fmt: skip


def test_conflicting_measurements_are_an_error_that_names_both_files(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", Measurement("p.A", 5 * u.mmag))
    save(tmp_path, "b.json", Measurement("p.A", 6 * u.mmag))
    status, out, err = gnomon(tmp_path, "job", "merge", "a.json", "b.json", "--output", "out.json")
    assert (status, out) == (2, "")
    assert err == "error: the jobs differ: measurement of p.A: 5.0 mmag in a.json, 6.0 mmag in b.json\n"
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(("prefer", "value"), [("first", 5.0), ("last", 6.0)])
def test_prefer_says_whose_measurement_stays_and_tells(
    tmp_path: Path, gnomon: Gnomon, prefer: str, value: float
) -> None:
    save(tmp_path, "a.json", Measurement("p.A", 5 * u.mmag, notes={"k": 1}), camera="hsc")
    save(tmp_path, "b.json", Measurement("p.A", 6 * u.mmag, notes={"k": 2}, extras={"x": Datum(1)}), camera="decam")
    status, out, err = gnomon(tmp_path, "job", "merge", "a.json", "b.json", "--prefer", prefer)
    job = json.loads(out)
    chosen = prefer == "last"
    assert status == 0
    assert job["measurements"][0]["value"] == value
    assert job["meta"] == {"camera": "decam" if chosen else "hsc", "p.A.k": 1 + chosen}
    assert len(job["blobs"]) == chosen
    assert err.splitlines() == [
        (
            "note: measurement of p.A: 5.0 mmag with notes {'p.A.k': 1} in a.json, "
            f"6.0 mmag with notes {{'p.A.k': 2}} with blobs in b.json; the {prefer} stays"
        ),
        f"note: metadata term camera: 'hsc' in a.json, 'decam' in b.json; the {prefer} stays",
    ]


def test_the_same_measurement_in_two_files_is_one(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", Measurement("p.A", 5 * u.mmag))
    save(tmp_path, "b.json", Measurement("p.A", 0.005 * u.mag))
    assert (
        merged(gnomon, tmp_path, "a.json", "b.json", "a.json").json["measurements"]
        == (load(tmp_path / "a.json")["measurements"])
    )


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [
        ({"camera": "hsc"}, {"camera": "decam"}, "metadata term camera: 'hsc' in a.json, 'decam' in b.json"),
        (
            {"packages": {"afw": {"git_sha": "1"}}},
            {"packages": {"afw": {"git_sha": "2"}}},
            "metadata term packages.afw: {'git_sha': '1'} in a.json, {'git_sha': '2'} in b.json",
        ),
        (
            {"env": {"env_name": "github", "date": "2026"}},
            {"env": {"env_name": "github", "date": "2027"}},
            "metadata term env.date: '2026' in a.json, '2027' in b.json",
        ),
        ({"packages": {}}, {"packages": []}, "metadata term packages: an object in a.json, none in b.json"),
    ],
    ids=["term", "package", "environment", "kind"],
)
def test_conflicting_terms_are_an_error(
    tmp_path: Path, gnomon: Gnomon, one: dict[str, Any], two: dict[str, Any], told: str
) -> None:
    save(tmp_path, "a.json", **one)
    save(tmp_path, "b.json", **two)
    assert gnomon(tmp_path, "job", "merge", "a.json", "b.json") == (2, "", f"error: the jobs differ: {told}\n")


def test_packages_and_environments_are_merged_member_by_member(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", packages={"afw": {"git_sha": "1"}}, env={"env_name": "x"}, gnomon={"a": 1}, other={})
    save(tmp_path, "b.json", packages={"meas": {"git_sha": "2"}}, env={"date": "2026"}, gnomon={"b": 2})
    assert dict(merged(gnomon, tmp_path, "a.json", "b.json").meta) == {
        "packages": {"afw": {"git_sha": "1"}, "meas": {"git_sha": "2"}},
        "env": {"env_name": "x", "date": "2026"},
        "gnomon": {"a": 1, "b": 2},
        "other": {},
    }


def test_an_empty_object_survives(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", packages={})
    save(tmp_path, "b.json", env={})
    assert dict(merged(gnomon, tmp_path, "a.json", "b.json").meta) == {"packages": {}, "env": {}}


def test_blobs_that_no_measurement_refers_to_survive(tmp_path: Path, gnomon: Gnomon) -> None:
    for name in ("a.json", "b.json"):
        job = Job()
        job.blobs.insert(Blob(name, x=Datum(1)))
        job.write(tmp_path / name)
    assert sorted(blob.name for blob in merged(gnomon, tmp_path, "a.json", "b.json").blobs.values()) == [
        "a.json",
        "b.json",
    ]


def test_a_requirement_keeps_the_heirs_that_any_job_names(tmp_path: Path, gnomon: Gnomon) -> None:
    spec = {"name": "p.A.r", "threshold": {"operator": "<", "value": 1.0, "unit": ""}, "abstract": True}
    for name, heirs in (("a.json", ["p.A.s"]), ("b.json", ["p.A.t", "p.A.s"])):
        content = {"measurements": [], "meta": {}, "specs": [{**spec, "heirs": heirs}]}
        write(tmp_path, {name: json.dumps(content)})
    assert merged(gnomon, tmp_path, "a.json", "b.json").json["specs"][0]["heirs"] == ["p.A.s", "p.A.t"]


def test_a_term_that_is_given_settles_its_conflict(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", camera="hsc")
    save(tmp_path, "b.json", camera="decam")
    assert dict(merged(gnomon, tmp_path, "a.json", "b.json", "camera=cfht").meta) == {"camera": "cfht"}


def test_notes_of_a_metric_that_another_job_measures_become_its_notes(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", **{"p.A.k": 1})
    save(tmp_path, "b.json", Measurement("p.A", 5))
    save(tmp_path, "c.json", Measurement("p.A", 5, notes={"k": 2}))
    assert dict(merged(gnomon, tmp_path, "a.json", "b.json").measurements["p.A"].notes) == {"p.A.k": 1}
    _, _, err = gnomon(tmp_path, "job", "merge", "a.json", "c.json")
    assert err == "error: the jobs differ: metadata term p.A.k: 1 in a.json, 2 in c.json\n"


def test_conflicting_definitions_and_fields_are_an_error(tmp_path: Path, gnomon: Gnomon) -> None:
    for name, text, limit in (("a.json", "One.", 5), ("b.json", "Two.", 6)):
        spec = ThresholdSpecification("p.A.s", limit * u.mmag, "<")
        job = Job(metrics=[Metric("p.A", text, "mmag")], specs=[spec])
        job.extra = {"run": name}
        job.write(tmp_path / name)
    _, _, err = gnomon(tmp_path, "job", "merge", "a.json", "b.json")
    assert err == (
        "error: the jobs differ: metric p.A: p.A (mmag): One. in a.json, p.A (mmag): Two. in b.json; "
        "specification p.A.s: <ThresholdSpecification 'p.A.s': < 5.0 mmag> in a.json, "
        "<ThresholdSpecification 'p.A.s': < 6.0 mmag> in b.json; "
        "field run: 'a.json' in a.json, 'b.json' in b.json\n"
    )
    status, out, _ = gnomon(tmp_path, "job", "merge", "a.json", "b.json", "--prefer", "last")
    found = json.loads(out)
    assert (status, found["metrics"][0]["description"], found["run"]) == (0, "Two.", "b.json")


def test_blobs_of_one_identifier_that_differ_are_always_an_error(tmp_path: Path, gnomon: Gnomon) -> None:
    for name, value in (("a.json", 1), ("b.json", 2)):
        blob = {"identifier": "f" * 32, "name": "b", "data": {"x": {"value": value}}}
        write(tmp_path, {name: json.dumps({"measurements": [], "meta": {}, "blobs": [blob]})})
    status, _, err = gnomon(tmp_path, "job", "merge", "a.json", "b.json", "--prefer", "last")
    told = f"error: the jobs differ: blob b with the identifier {'f' * 32} in a.json and b.json\n"
    assert (status, err) == (2, told)


def test_a_measurement_that_does_not_convert_is_named_with_its_file(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", Measurement("p.B", 1), Measurement("p.A", 5 * u.s))
    Job(metrics=[Metric("p.A", "", "mmag")]).write(tmp_path / "b.json")
    status, _, err = gnomon(tmp_path, "job", "merge", "a.json", "b.json")
    assert (status, err) == (
        2, "error: a.json: $.measurements[1]: p.A is measured in mmag, to which s does not convert\n"
    )  # fmt: skip


def test_a_metric_without_a_definition_is_told(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", Measurement("p.C", 1))
    Job(metrics=[Metric("p.A", "", "mmag")]).write(tmp_path / "b.json")
    status, _, err = gnomon(tmp_path, "job", "merge", "a.json", "b.json")
    assert (status, err) == (0, "warning: there is no definition of p.C\n")


# Definitions, packages, environments


def test_refreshed_definitions_bring_values_to_the_unit_of_the_metric(
    tmp_path: Path, gnomon: Gnomon, commit: Callable[..., Path]
) -> None:
    root = commit({"metrics/p.yaml": METRICS, "specs/p/s.yaml": SPECS})
    sha = git(root, "rev-parse", "HEAD")
    write(root, {"metrics/p.yaml": METRICS.replace("mmag", "mag")})
    Job([Measurement("p.A", 0.005 * u.mag)], [Metric("p.A", "Old.", "mag")]).write(tmp_path / "a.json")
    Job([Measurement("p.B", 1)], [Metric("p.A", "Other.", "mag")]).write(tmp_path / "b.json")
    job = merged(gnomon, tmp_path, "a.json", "b.json", "--definitions", "repository@HEAD")
    assert job.json["measurements"][0] | {"identifier": ""} == {
        "metric": "p.A", "identifier": "", "value": 5.0, "unit": "mmag", "blob_refs": []
    }  # fmt: skip
    assert sorted(map(str, job.specs)) == ["p.A.s"]
    assert job.provenance is not None
    assert (job.provenance.commit, job.provenance.dirty) == (sha, False)


def test_definitions_to_which_a_measurement_does_not_convert_are_refused(
    tmp_path: Path, gnomon: Gnomon, tree: Callable[..., Path]
) -> None:
    tree({"metrics/p.yaml": METRICS})
    save(tmp_path, "a.json", Measurement("p.A", 5 * u.s))
    status, _, err = gnomon(tmp_path, "job", "merge", "a.json", "--definitions", "repository")
    assert (status, err) == (
        2, "error: a.json: $.measurements[0]: p.A is measured in mmag, to which s does not convert\n"
    )  # fmt: skip


def test_bundled_definitions(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", Measurement("validate_drp.PA1", 0.005 * u.mag))
    job = merged(gnomon, tmp_path, "a.json", "--definitions", "verify_metrics")
    assert job.json["measurements"][0]["unit"] == "mmag"
    assert job.provenance is not None
    assert job.provenance.repository == "verify_metrics"


def test_versions_of_packages_come_from_git(tmp_path: Path, gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit({"python/x.py": ""})
    git(root, "remote", "add", "origin", "https://me:token@example.org/org/afw.git?access_token=secret")
    save(tmp_path, "a.json", packages={"meas": {"name": "meas"}})
    job = merged(gnomon, tmp_path, "a.json", "--package-repo", "repository/python")
    assert job.meta["packages"] == {
        "meas": {"name": "meas"},
        "repository": {
            "name": "repository",
            "git_sha": git(root, "rev-parse", "HEAD"),
            "git_url": "https://example.org/org/afw.git",
            "git_branch": "main",
        },
    }


def test_a_package_without_branch_and_remote(tmp_path: Path, gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit({"x.py": ""})
    git(root, "checkout", "--quiet", "--detach")
    save(tmp_path, "a.json")
    found = merged(gnomon, tmp_path, "a.json", "--package-repo", "repository").meta["packages"]["repository"]
    assert (found["git_url"], found["git_branch"]) == (None, None)


def test_the_remote_of_the_branch_counts(tmp_path: Path, gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    root = commit({"x.py": ""})
    git(root, "remote", "add", "origin", "https://example.org/origin")
    git(root, "remote", "add", "fork", "git@example.org:fork/x.git")
    git(root, "config", "branch.main.remote", "fork")
    save(tmp_path, "a.json")
    found = merged(gnomon, tmp_path, "a.json", "--package-repo", "repository").meta["packages"]["repository"]
    assert found["git_url"] == "example.org:fork/x.git"


def test_a_package_with_changes_is_told(tmp_path: Path, gnomon: Gnomon, commit: Callable[..., Path]) -> None:
    write(commit({"x.py": ""}), {"x.py": "changed"})
    save(tmp_path, "a.json")
    status, _, err = gnomon(tmp_path, "job", "merge", "a.json", "--package-repo", "repository")
    assert (status, err) == (
        0, "warning: repository has changes that are in no commit; the commit alone is recorded\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/a.git", "https://example.org/a.git"),
        ("https://user@example.org/a", "https://example.org/a"),
        ("https://user:token@example.org:8443/a", "https://example.org:8443/a"),
        ("https://user:p@ss@example.org/a", "https://example.org/a"),
        ("https://user:to/ken@example.org/a", "https://example.org/a"),
        ("https://user:to/ken@example.org/a?b", "https://example.org/a"),
        ("https://example.org/a?private_token=x#y", "https://example.org/a"),
        ("ssh://git@example.org:22/a", "ssh://example.org:22/a"),
        ("git@example.org:org/a.git", "example.org:org/a.git"),
        ("user:token@example.org:org/a.git", "example.org:org/a.git"),
        ("../a@b", "../a@b"),
        ("/srv/git/a.git", "/srv/git/a.git"),
        ("file:///srv/a.git", "file:///srv/a.git"),
        ("ext::ssh -i secret host", None),
        ("https://[broken", None),
    ],
)
def test_addresses_lose_their_credentials(url: str, shown: str | None) -> None:
    assert without_credentials(url) == shown


def test_environment_terms_come_from_variables(tmp_path: Path, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GITHUB_RUN_ID": "17",
        "GITHUB_SERVER_URL": "https://example.org",
        "GITHUB_REPOSITORY": "org/repo",
        "GITHUB_REF_NAME": "main",
        "GITHUB_HEAD_REF": "",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("GITHUB_RUN_ATTEMPT", "GITHUB_WORKFLOW", "GITHUB_SHA", "GITHUB_EVENT_NAME", "RUNNER_NAME"):
        monkeypatch.delenv(name, raising=False)
    save(tmp_path, "a.json", env={"env_name": "laptop", "seed": 1})
    found = merged(gnomon, tmp_path, "a.json", "--env", "github").meta["env"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.pop("date"))
    assert found == {
        "env_name": "github",
        "seed": 1,
        "ci_id": "17",
        "ci_repository": "org/repo",
        "ci_branch": "main",
        "ci_url": "https://example.org/org/repo/actions/runs/17",
    }


@pytest.mark.parametrize("name", sorted(ENVIRONMENTS))
def test_an_environment_that_is_not_there_is_refused(
    tmp_path: Path, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    marker = ENVIRONMENTS[name].marker
    monkeypatch.delenv(marker, raising=False)
    save(tmp_path, "a.json")
    told = f"error: this is no run of {name}: the variable {marker} is not set\n"
    assert gnomon(tmp_path, "job", "merge", "a.json", "--env", name) == (2, "", told)


def test_addresses_in_the_environment_lose_their_credentials() -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    variables = {
        "BUILD_ID": "3",
        "GIT_URL": "https://me:token@example.org/a",
        "BUILD_URL": "https://x:y@ci.example.org/3",
    }
    assert environment_terms("jenkins", variables, now) == {
        "env_name": "jenkins",
        "date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ci_id": "3",
        "ci_repository": "https://example.org/a",
        "ci_url": "https://ci.example.org/3",
    }
    assert environment_terms("gitlab", {"CI_JOB_ID": "4"}, now) == {
        "env_name": "gitlab",
        "date": "2026-01-02T01:04:05Z",
        "ci_id": "4",
    }


# Enriching


def test_metadata_is_set_in_place_and_read_as_yaml(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", Measurement("p.A", 5), camera="hsc")
    terms = ("camera=decam", "visit=9813", "text='1'", "night=2026-01-02", "list=[1, r]", "p.A.k=null", "empty=")
    status, out, err = gnomon(tmp_path, "job", "metadata", "a.json", *terms)
    assert (status, out, err) == (0, "Wrote a.json: 1 measurement, 0 blobs, 0 metrics, 0 specifications\n", "")
    job = Job.read(tmp_path / "a.json")
    assert dict(job.meta) == {
        "camera": "decam",
        "visit": 9813,
        "text": "1",
        "night": "2026-01-02",
        "list": [1, "r"],
        "empty": "",
        "p.A.k": None,
    }
    assert dict(job.measurements["p.A"].notes) == {"p.A.k": None}


def test_metadata_leaves_everything_else_as_it_is(tmp_path: Path, gnomon: Gnomon) -> None:
    blob = {
        "identifier": "b",
        "name": "loose",
        "data": {"x": {"value": [1.0], "unit": "m", "label": None, "description": None}},
    }
    content = {
        "measurements": [{"metric": "p.A", "identifier": "a", "value": 1.0, "unit": "m", "blob_refs": ["b"], "new": 1}],
        "blobs": [blob],
        "metrics": [],
        "specs": [],
        "meta": {"camera": "hsc"},
        "more": {"x": 1},
    }  # fmt: skip
    write(tmp_path, {"a.json": json.dumps(content)})
    assert gnomon(tmp_path, "job", "metadata", "a.json", "a=1", "--output", "b.json")[0] == 0
    assert load(tmp_path / "b.json") == {**content, "meta": {"camera": "hsc", "a": 1}}
    assert load(tmp_path / "a.json") == content


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("merge",), "Missing argument 'FILE... [KEY=VALUE...]' (see `gnomon job merge --help`)"),
        (("merge", "a=1"), "there is no file to merge (see `gnomon job merge --help`)"),
        (("merge", "nowhere.json"), "cannot read nowhere.json: No such file or directory"),
        (("merge", "a.json", "--output", "no/such/x.json"), "cannot write no/such/x.json: No such file or directory"),
        (("merge", "a.json", "--definitions", "no"), "no metrics repository at no: there is no such folder"),
        (("merge", "a.json", "--package-repo", "/"), "/ is not in a Git repository"),
        (
            ("metadata", "a.json"),
            (
                "there is nothing to add: give KEY=VALUE, --env, --package-repo or --definitions "
                "(see `gnomon job metadata --help`)"
            ),
        ),
        (("metadata", "a.json", "x"), "metadata takes KEY=VALUE, not 'x' (see `gnomon job metadata --help`)"),
        (("metadata", "a.json", "x=1", "x=2"), "x is given twice (see `gnomon job metadata --help`)"),
        (
            ("metadata", "a.json", "x={"),
            "the value of x is no YAML; put it in quotes: x=\"'{'\" (see `gnomon job metadata --help`)",
        ),
        (("inspect", "."), "cannot read .: Is a directory"),
        (("inspect", "a\0b"), "cannot read 'a\\x00b': embedded null byte"),
    ],
    ids=lambda value: " ".join(value).replace("\0", "") if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_refused(
    tmp_path: Path, gnomon: Gnomon, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    save(tmp_path, "a.json")
    monkeypatch.chdir(tmp_path)
    assert gnomon(Path(), "job", *arguments) == (2, "", f"error: {told}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


# Looking into


def looked_into(tmp_path: Path) -> Path:
    job = Job(
        [
            Measurement(
                "p.A",
                0.005 * u.mag,
                extras={"m": Datum(np.zeros((2, 3)) * u.mag, label="$m$", description="Mags.")},
                notes={"k": 1},
            ),
            Measurement("p.C"),
        ],
        [Metric("p.A", "The first.", "mmag")],
        meta={"camera": "hsc", "gnomon": {"definitions": {"repository": "/r", "commit": "a" * 40, "version": "1"}}},
    )
    job.measurements["p.A"].identifier = "1" * 32
    job.measurements["p.A"].extras.identifier = "2" * 32
    job.extra = {"more": 1}
    job.write(tmp_path / "a.json")
    return tmp_path


def test_inspect_shows_a_job(tmp_path: Path, gnomon: Gnomon) -> None:
    status, out, err = gnomon(looked_into(tmp_path), "job", "inspect", "a.json")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "a.json: 2 measurements, 1 blob, 1 metric, 0 specifications",
        "Definitions from: /r at aaaaaaaaaaaa",
        "",
        "Metadata",
        "  camera  hsc",
        f"  gnomon  {{definitions: {{repository: /r, commit: {'a' * 40}, version: '1'}}}}",
        "",
        "Measurements",
        "  p.A  5.0 mmag",
        "    The first.",
        "    k  1",
        "  p.C  not measured",
        "",
        "Blobs",
        f"  p.A {'2' * 32}",
        "    m  6 numbers (2 x 3) mag  $m$: Mags.",
        "",
        "Other fields: more",
        "",
        "warning: there is no definition of p.C",
        "",
        "warning: p.C was measured, and the value is null",
    ]


def test_inspect_shows_the_beginning_of_a_long_term(tmp_path: Path, gnomon: Gnomon) -> None:
    save(tmp_path, "a.json", long="x" * 5000)
    _, out, _ = gnomon(tmp_path, "job", "inspect", "a.json")
    assert out.splitlines()[-1] == f"  long  {'x' * 300}... (5,000 characters; see `--format json`)"


def test_inspect_as_json(tmp_path: Path, gnomon: Gnomon) -> None:
    status, out, err = gnomon(looked_into(tmp_path), "job", "inspect", "a.json", "--format", "json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    Draft202012Validator(schemas.load("inspect-1")).validate(found)
    definitions = {"repository": "/r", "commit": "a" * 40, "dirty": False, "version": "1"}
    assert found == {
        "schema": "gnomon/inspect/1",
        "file": "a.json",
        "counts": {"measurements": 2, "measured": 1, "blobs": 1, "metrics": 1, "specifications": 0},
        "definitions": definitions,
        "metadata": {
            "camera": "hsc",
            "gnomon": {"definitions": {"repository": "/r", "commit": "a" * 40, "version": "1"}},
        },
        "measurements": [
            {
                "metric": "p.A",
                "value": 5.0,
                "unit": "mmag",
                "description": "The first.",
                "notes": {"k": 1},
                "blobs": ["2" * 32],
            },
            {"metric": "p.C", "value": None, "unit": None, "description": None, "notes": {}, "blobs": []},
        ],
        "blobs": [
            {
                "identifier": "2" * 32,
                "name": "p.A",
                "data": [
                    {
                        "key": "m",
                        "type": "number",
                        "shape": [2, 3],
                        "unit": "mag",
                        "label": "$m$",
                        "description": "Mags.",
                    }
                ],
            }
        ],
        "unknown_fields": ["more"],
        "warnings": ["there is no definition of p.C", "p.C was measured, and the value is null"],
    }


def test_inspect_shows_no_control_characters(tmp_path: Path, gnomon: Gnomon) -> None:
    evil = "\x1b[2J\u202e##["
    datum = {"value": 1.0, "unit": "m", "label": evil, "description": evil}
    content = {
        "measurements": [{"metric": "p.A", "value": 1.0, "unit": ""}],
        "blobs": [{"identifier": evil, "name": evil, "data": {evil: datum}}],
        "metrics": [{"name": "p.A", "unit": "", "description": evil}],
        "meta": {evil: evil, f"p.A.{evil}": evil},
        evil: 1,
    }
    write(tmp_path, {f"{evil.replace('/', '')}.json": json.dumps(content)})
    for style in ("text", "json"):
        status, out, err = gnomon(tmp_path, "job", "inspect", f"{evil}.json", "--format", style)
        assert (status, err) == (0, "")
        assert not {"\x1b", "\u202e"} & set(out)
        assert "##[" not in out
