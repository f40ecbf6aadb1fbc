"""What is measured on simulated data meets the specifications in `definitions/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import astropy.units as u
import numpy as np
import pytest
from photometry import scatter, star_count

if TYPE_CHECKING:
    from astropy.units import Quantity

    from gnomon.testing import Verify


@pytest.fixture
def gnomon_metadata() -> dict[str, Any]:
    """Give the metadata that all measurements here have in common."""
    return {"camera": "simulated"}


def observed(noise: Quantity) -> Quantity:
    """Simulate 20 visits of 200 constant stars."""
    random = np.random.default_rng(seed=1)
    true = random.uniform(18, 22, size=(200, 1)) * u.mag
    return true + random.normal(size=(200, 20)) * noise


@pytest.mark.parametrize(("band", "noise"), [("g", 8.0 * u.mmag), ("r", 4.0 * u.mmag)], ids=["g", "r"])
def test_repeatability(verify: Verify, band: str, noise: Quantity) -> None:
    magnitudes = observed(noise)
    verify("photometry.scatter", scatter(magnitudes), band=band)
    verify("photometry.starCount", star_count(magnitudes), band=band)
