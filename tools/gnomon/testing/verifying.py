"""What the fixture ``verify`` does: record a measurement, and judge it by the specifications that apply."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gnomon.errors import VerifyError
from gnomon.jobs.definitions import BUNDLED, load_definitions
from gnomon.jobs.evaluation import JobResult, Selection, Status, Verdict, evaluate
from gnomon.jobs.files import to_json
from gnomon.jobs.measurements import Measurement, MeasurementSet
from gnomon.jobs.metric_set import MetricSet
from gnomon.jobs.specification_set import SpecificationSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from astropy.units import Quantity

    from gnomon.jobs.definitions import Provenance
    from gnomon.names import Name


class Judge:
    """The definitions of a run, and what was measured in this process.

    Parameters
    ----------
    where
        A metrics repository; None for ``$GNOMON_REPOSITORY`` or the bundled definitions.
    """

    def __init__(self, where: str | None) -> None:
        self._where = where
        self._loaded = False
        self._error: Exception | None = None
        self.metrics = MetricSet()
        self.specs = SpecificationSet()
        self.provenance: Provenance | None = None
        self._of_metric: dict[Name, SpecificationSet] = {}
        # By metadata and metric: which test measured it, and what.
        self._measured: dict[tuple[str, Name], tuple[str, str]] = {}

    def load(self) -> None:
        """Load the definitions, once.

        Raises
        ------
        OSError, GnomonError
            There are none, or they cannot be resolved: again at each call.
        """
        if self._error is not None:
            raise self._error
        if self._loaded:
            return
        try:
            registry, self.provenance = load_definitions(self._where)
            self.metrics = MetricSet.from_registry(registry)
            self.specs = SpecificationSet.from_registry(registry)
        except Exception as error:
            self._error = error
            raise
        self._loaded = True

    @property
    def origin(self) -> str:
        """Where the definitions are from, and how to choose others where nobody has."""
        is_bundled = self.provenance is not None and self.provenance.repository == BUNDLED
        advice = "; --gnomon-definitions, or the setting gnomon_definitions, names others" if is_bundled else ""
        return f"{self.provenance}{advice}"

    def forget(self, test: str) -> None:
        """Forget what a test measured, since it is run again."""
        self._measured = {key: value for key, value in self._measured.items() if value[0] != test}

    def remember(self, test: str, metadata: str, measurement: Measurement) -> None:
        """Note that a test measured something.

        Raises
        ------
        VerifyError
            The metric was measured already with the same metadata.
        """
        __tracebackhide__ = True
        key = (metadata, measurement.metric_name)
        if key in self._measured:
            before, value = self._measured[key]
            by = "this test" if before == test else before
            raise VerifyError(
                f"{measurement.metric_name} was measured already with this metadata, {metadata}: "
                f"{value} by {by}; give metadata that tell the two apart"
            )
        self._measured[key] = (test, str(measurement.quantity))

    def specs_of(self, name: Name) -> SpecificationSet:
        """Give the specifications that test a metric."""
        if name not in self._of_metric:
            self._of_metric[name] = self.specs.subset(name)
        return self._of_metric[name]


class Verify:
    """Records measurements, and judges them; the value of the fixture ``verify``.

    Parameters
    ----------
    judge
        Of the run.
    test
        The node id of the test.
    metadata
        Of all measurements of the test.
    selection
        The specifications that count.
    records
        Where measurements are added, each as JSON.
    """

    def __init__(
        self, judge: Judge, test: str, metadata: Mapping[str, Any], selection: Selection, records: list[str]
    ) -> None:
        self._judge = judge
        self._test = test
        self._metadata = dict(metadata)
        self._selection = selection
        self._records = records

    def __call__(
        self,
        metric: str | Name | Measurement,
        quantity: Quantity | float | None = None,
        metadata: Mapping[str, Any] | None = None,
        /,
        **terms: Any,
    ) -> tuple[Verdict, ...]:
        """Record a measurement, and fail if it does not meet the specifications that apply.

        Parameters
        ----------
        metric
            Its fully-qualified name; or a `gnomon.Measurement`, which may have extras and notes, and no `quantity`.
        quantity
            A scalar in any unit that converts to the metric's; a plain number is dimensionless.
        metadata, **terms
            Metadata by which specifications apply, such as ``camera="hsc"``. The mapping is for terms that are no
            names in Python. Both add to the fixture ``gnomon_metadata`` and win over it.

        Returns
        -------
        tuple of gnomon.jobs.evaluation.Verdict
            Of all specifications that applied and were chosen; at least one.

        Raises
        ------
        AssertionError
            A specification is not met, the value is not a number, or no specification was there to be met.
        VerifyError
            There is no such metric, the unit does not convert, metadata have no form in JSON, or the metric was
            measured already with the same metadata.
        """
        __tracebackhide__ = True
        measurement, given = self._record(metric, quantity, metadata, terms)
        result = evaluate(
            str(measurement.metric_name),
            MeasurementSet([measurement]),
            {**given, **measurement.notes.json},
            self._judge.specs_of(measurement.metric_name),
            self._judge.metrics,
            self._selection,
        )
        failed = [verdict for verdict in result.verdicts if verdict.status is not Status.PASS]
        if failed or not result.verdicts:
            told = _failures(measurement, result, failed) if failed else self._untested(measurement, result)
            raise AssertionError("\n".join([*told, *self._circumstances(given), *result.warnings]))
        return result.verdicts

    def record(
        self,
        metric: str | Name | Measurement,
        quantity: Quantity | float | None = None,
        metadata: Mapping[str, Any] | None = None,
        /,
        **terms: Any,
    ) -> None:
        """Record a measurement for the job file without judging it; see `__call__`.

        Raises
        ------
        VerifyError
            As for `__call__`.
        """
        __tracebackhide__ = True
        self._record(metric, quantity, metadata, terms)

    def _record(
        self,
        metric: str | Name | Measurement,
        quantity: Quantity | float | None,
        metadata: Mapping[str, Any] | None,
        terms: Mapping[str, Any],
    ) -> tuple[Measurement, dict[str, Any]]:
        __tracebackhide__ = True
        if isinstance(metric, Measurement) and quantity is not None:
            raise VerifyError("a measurement has its quantity: give no second one beside it")
        if not isinstance(metadata, Mapping | None):
            raise VerifyError(f"metadata are a mapping or given by name, such as camera='hsc', not {metadata!r}")
        try:
            measurement = metric if isinstance(metric, Measurement) else Measurement(metric, quantity)
            # KeyError's text is the message in quotes.
            measurement.metric = self._judge.metrics[measurement.metric_name]
        except KeyError as error:
            raise VerifyError(f"{error.args[0]} ({self._judge.origin})") from None
        except (TypeError, ValueError, OverflowError) as error:
            raise VerifyError(str(error)) from None
        given, text = _canonical({**self._metadata, **(metadata or {}), **terms})
        self._judge.remember(self._test, text, measurement)
        fields = {
            "metadata": given,
            "measurement": measurement.json,
            "notes": measurement.notes.json,
            "blobs": [blob.json for blob in measurement.blobs.values()],
        }
        try:
            self._records.append(to_json(fields))
        except (TypeError, VerifyError) as error:
            raise VerifyError(f"{measurement.metric_name}: {error}") from None
        if measurement.quantity is not None and measurement.stored[0] is None:
            warnings.warn(f"{measurement} is no finite number, and is written as null", stacklevel=3)
        return measurement, given

    def _untested(self, measurement: Measurement, result: JobResult) -> Iterator[str]:
        name = measurement.metric_name
        everything = self._judge.specs_of(name)
        concrete = [spec for spec in everything.values() if not spec.abstract]
        if not concrete:
            yield f"{measurement} was tested by nothing: no specification tests this metric"
        elif not result.untested:
            applying = [spec for spec in concrete if spec.applies_to(result.metadata)]
            yield f"{measurement} was tested by nothing: none of the specifications that apply is chosen:"
            yield from (f"  {spec.name}  {spec}{_tags(spec.tags)}" for spec in sorted(applying, key=lambda s: s.name))
        else:
            yield f"{measurement} was tested by nothing: no specification applies; the nearest:"
            for miss in result.untested[0].nearest:
                yield f"  {miss.name}"
                yield from (f"    {reason}" for reason in miss.reasons)
        yield "  `verify.record(...)` records without a test"

    def _circumstances(self, metadata: Mapping[str, Any]) -> Iterator[str]:
        terms = ", ".join(f"{key}={value!r}" for key, value in sorted(metadata.items()))
        yield f"  metadata: {terms or 'none'}"
        chosen = [
            f"{what} {', '.join(sorted(words))}"
            for what, words in (("tags", self._selection.tags), ("levels", self._selection.levels))
            if words
        ]
        yield f"  chosen specifications: {' and '.join(chosen) or 'all'}"
        yield f"  definitions: {self._judge.provenance}"


def _canonical(metadata: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Give metadata as a job file will have them, and a text that is the same for the same metadata."""
    __tracebackhide__ = True
    if "gnomon" in metadata:
        raise VerifyError("the term `gnomon` of a job's metadata is for gnomon itself: call yours another name")
    for key, value in metadata.items():
        try:
            to_json({key: value})
        except (TypeError, VerifyError):
            raise VerifyError(f"the metadata term `{key}` has no form in JSON: {value!r}") from None
    plain: dict[str, Any] = json.loads(to_json(metadata))
    return plain, json.dumps(plain, sort_keys=True, ensure_ascii=False)


def _failures(measurement: Measurement, result: JobResult, failed: list[Verdict]) -> Iterator[str]:
    count, of = len(failed), len(result.verdicts)
    name, quantity = measurement.metric_name, measurement.quantity
    shown = "was not measured" if quantity is None else f"= {quantity}"
    yield f"{name} {shown}: {count} of {of} specification{'s' * (of != 1)} not met"
    names = max(len(str(verdict.specification.name)) for verdict in failed)
    tests = max(len(str(verdict.specification)) for verdict in failed)
    for verdict in failed:
        spec = verdict.specification
        how = verdict.reason or _margin(verdict)
        yield f"  {spec.name!s:{names}}  {spec!s:{tests}}  {how}{_tags(spec.tags)}"


def _margin(verdict: Verdict) -> str:
    shown = f"{verdict.value:.10g} {verdict.unit}".rstrip()
    if verdict.margin is None:
        return shown
    distance = f"{abs(verdict.margin.value):.4g} {verdict.margin.unit}".rstrip()
    percent = verdict.margin.telling_percent
    return f"measured {shown}, off by {distance}" + ("" if percent is None else f" ({abs(percent):.3g} %)")


def _tags(tags: frozenset[str]) -> str:
    return f"  [{', '.join(sorted(tags))}]" if tags else ""
