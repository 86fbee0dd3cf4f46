"""The words for a score: how much evidence an answer shows. Pure."""

from __future__ import annotations

from interview.nouns import Band

# From CLEAR_FROM on lie at most 10 % of the answers that people marked as wrong, and texts that are
# no answer lie below LITTLE_FROM (bench/scoring.py).
CLEAR_FROM = 9.4
SOME_FROM = 6.0
LITTLE_FROM = 3.1


def band_of(value: float | None) -> Band | None:
    """The band of a score of 0-10; null has none."""
    if value is None:
        return None
    for least, band in (
        (CLEAR_FROM, Band.CLEAR),
        (SOME_FROM, Band.SOME),
        (LITTLE_FROM, Band.LITTLE),
    ):
        if value >= least:
            return band
    return Band.NONE
