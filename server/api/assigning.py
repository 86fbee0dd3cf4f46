"""Who looks after a session: a colleague, or nobody in particular."""

from __future__ import annotations

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from interview.accounts import ACCOUNTS, TEAM, Account, AccountState, Role
from interview.commands import Assign
from interview.errors import InvalidInput
from interview.ports.documents import Order, Where
from server.edge.audit import audit
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    principal_of,
    read_body,
    reply,
)
from server.platform.services import core_of, services_of
from server.text import Line

MOST = 200


class AssigneeBody(Payload):
    """The username of a colleague; null for nobody."""

    assignee: Annotated[Line, Field(min_length=1, max_length=254)] | None


class AssigneeReply(Reply):
    """Who looks after the session now, as logs of actions name people."""

    status: Literal["success"] = "success"
    session_id: str
    assignee: str | None


class Teammate(Reply):
    """A colleague who can be given sessions; `actor` is how logs of actions name them."""

    username: str
    name: str
    email: str
    actor: str
    roles: list[Role]


class TeamReply(Reply):
    """Those who may sign in now, by username; the first 200."""

    people: list[Teammate]


async def assign(request: web.Request) -> web.Response:
    """Give the session to a colleague, or to nobody."""
    services, session_id = services_of(request), request.match_info["session_id"]
    body = await read_body(request, AssigneeBody)
    actor = None if body.assignee is None else await _actor(request, body.assignee)
    command = Assign(by=principal_of(request).actor, assignee=actor)
    state = await services.live.command(session_id, command)
    await audit(request, "session_assigned", session_id)
    return reply(AssigneeReply(session_id=session_id, assignee=state.judged.assignee))


async def _actor(request: web.Request, username: str) -> str:
    """Raises InvalidInput: no colleague who may look after sessions has that name."""
    accounts = core_of(request).storage.documents.of(ACCOUNTS, organisation_of(request))
    where = Where(begins={"username": username})
    for found in (await accounts.page(where, limit=MOST)).items:
        if found.document.username.casefold() == username.casefold() and _works(found.document):
            return f"staff:{found.document.username}"
    raise InvalidInput("assignee", "there is no colleague of this name who can look after it")


def _works(account: Account) -> bool:
    return account.active and bool(TEAM.intersection(account.roles))


async def team(request: web.Request) -> web.Response:
    """Whom a session can be given to."""
    accounts = core_of(request).storage.documents.of(ACCOUNTS, organisation_of(request))
    where = Where(equals={"state": AccountState.ACTIVE})
    found = (await accounts.page(where, Order("username"), limit=MOST)).items
    people = [one.document for one in found if _works(one.document)]
    return reply(
        TeamReply(
            people=[
                Teammate(
                    username=one.username,
                    name=one.name,
                    email=one.email,
                    actor=f"staff:{one.username}",
                    roles=list(one.roles),
                )
                for one in people
            ]
        )
    )


ROUTES = [
    Route(
        method="GET",
        path="/api/v1/interviewer/team",
        handler=team,
        allow=STAFF_OR_SERVICE,
        summary="Whom a session can be given to",
        response=TeamReply,
    ),
    Route(
        method="POST",
        path="/api/parallel_interview/session/{session_id}/assignee",
        handler=assign,
        allow=STAFF_OR_SERVICE,
        summary="Give a session to a colleague",
        request=AssigneeBody,
        response=AssigneeReply,
        statuses=(400, 404),
    ),
]
