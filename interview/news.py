"""What is worth telling others about a session: other programs (webhooks) and people."""

from __future__ import annotations

from enum import StrEnum


class News(StrEnum):
    """What happened."""

    SESSION_FINISHED = "session.finished"
    REPORT_READY = "report.ready"
    VIOLATION = "violation.recorded"
    APPEAL = "violation.explained"
    DECISION = "decision.made"
    REQUEST = "request.made"
