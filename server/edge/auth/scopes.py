"""What a service key may do: `area:read` or `area:write`. Deny by default.

A route's scope follows from the module that declares it and its method, unless the route names
another. Routes of a module that is not listed here need the scope `*`.
"""

from __future__ import annotations

from collections.abc import Iterable

EVERYTHING = "*"
READING = frozenset({"GET", "HEAD"})
AREAS: dict[str, str] = {
    "agreement": "reports",
    "analytics": "analytics",
    "assigning": "decisions",
    "comparing": "decisions",
    "deciding": "decisions",
    "evidence": "proctoring",
    "interview": "conduct",
    "interview_analysis": "conduct",
    "interview_data": "conduct",
    "interview_status": "conduct",
    "appearance": "interviews",
    "interview_tokens": "interviews",
    "interviews": "interviews",
    "job_openings": "interviews",
    "letters": "decisions",
    "parallel_interview": "sessions",
    "proctoring": "proctoring",
    "question_bank": "interviews",
    "recordings": "recordings",
    "reports": "reports",
    "results": "sessions",
    "reviewing": "decisions",
    "rubrics": "interviews",
    "speech": "recordings",
    "transcribe": "speech",
    "webhooks": "webhooks",
}
"""Which area a module of `server/api` belongs to."""

WORDS: dict[str, str] = {
    EVERYTHING: "Everything that an administrator's programs may do",
    "analytics:read": "Read figures over all sessions",
    "analytics:write": "Ask for selection rates by a column of your own",
    "conduct:read": "Read what an agent's interviews gave: data, analysis, recording",
    "conduct:write": "Hold interviews as another agent: begin, ask, answer, end; set the rules",
    "decisions:read": "Read scorecards, decisions, notes, tags; compare; the list as CSV",
    "decisions:write": "Give scorecards, decide, note, tag, assign; share and mail reports",
    "interviews:read": "Read interviews, invitations, jobs, the question bank, theme, settings",
    "interviews:write": "Make, change, remove interviews and jobs; invite; change theme, settings",
    "proctoring:read": "Read signals, their pictures and clips",
    "proctoring:write": "Review signals; let a paused session go on or end it",
    "recordings:read": "Fetch recordings and the questions' sound",
    "reports:read": "Read reports",
    "sessions:read": "List and read sessions",
    "sessions:write": "Create, start, end and erase sessions",
    "speech:write": "Have clips recognised",
    "webhooks:read": "Read webhooks and what was sent",
    "webhooks:write": "Add, change and remove webhooks; send messages once more",
}
"""Every scope with what it allows, for people."""


def scope_of(tag: str, method: str) -> str:
    """The scope that a route of this module needs; `*` where nothing smaller was declared."""
    area = AREAS.get(tag)
    if area is None:
        return EVERYTHING
    scope = f"{area}:{'read' if method in READING else 'write'}"
    return scope if scope in WORDS else EVERYTHING


def covers(granted: Iterable[str], needed: str) -> bool:
    """Whether a key with these scopes may do that."""
    held = frozenset(granted)
    return EVERYTHING in held or needed in held
