"""What narrows lists of sessions to an interview, a job opening or a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from aiohttp import web
from pydantic import Field

from interview.ports.storage import Belonging
from server.edge.routes import Payload, principal_of
from server.text import Line

MINE = "me"


class BelongingQuery(Payload):
    """`assignee`: a username, or `me`."""

    interview_id: Annotated[int, Field(ge=1, lt=1 << 53)] | None = None
    job_id: Annotated[Line, Field(max_length=100)] | None = None
    assignee: Annotated[Line, Field(max_length=254)] | None = None


def belonging_of(request: web.Request, query: BelongingQuery) -> Mapping[Belonging, int | str]:
    """What the sessions must belong to, as the store asks it."""
    wanted: dict[Belonging, int | str] = {}
    if query.interview_id is not None:
        wanted["interview_id"] = query.interview_id
    if query.job_id:
        wanted["job_id"] = query.job_id
    if query.assignee == MINE:
        wanted["assignee"] = principal_of(request).actor
    elif query.assignee:
        wanted["assignee"] = f"staff:{query.assignee}"
    return wanted
