"""Kinds of queued work."""

EVALUATE = "evaluate"
REPORT = "report"
