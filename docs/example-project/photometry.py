"""Measure how well the magnitudes of stars repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import astropy.units as u
import numpy as np

if TYPE_CHECKING:
    from astropy.units import Quantity


def scatter(magnitudes: Quantity) -> Quantity:
    """Measure the scatter of repeated observations.

    Parameters
    ----------
    magnitudes
        Of shape (stars, visits), in magnitudes.

    Returns
    -------
    Quantity
        The root-mean-square about the mean of each star, median over all stars, in mmag.
    """
    return np.median(np.std(magnitudes, axis=1)).to(u.mmag)


def star_count(magnitudes: Quantity) -> int:
    """Count the stars that were observed at least twice, NaN being no observation."""
    return int(np.sum(np.isfinite(magnitudes).sum(axis=1) > 1))
