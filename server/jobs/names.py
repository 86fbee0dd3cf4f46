"""Kinds of queued work."""

EVALUATE = "evaluate"
REPORT = "report"
FORGET_REFERENCE = "forget_reference"
