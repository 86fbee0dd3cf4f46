"""Telling other programs what has happened: signed, retried, logged, replayable."""
