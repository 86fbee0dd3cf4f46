"""The WebSockets' entries in the route table: ticket first, then data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from interview.errors import Unauthenticated, Unavailable
from interview.nouns import Media
from server.edge.auth.principals import Allow
from server.edge.auth.tickets import TicketGrant, take_ticket
from server.edge.connections import vouch
from server.edge.routes import Route
from server.live.messages import MAX_FRAME_BYTES
from server.live.registry import LiveRegistry
from server.platform.deciding.blind import reader_of
from server.platform.services import core_of, services_of
from server.ws.interview import HEARTBEAT_S, refuse, serve
from server.ws.proctoring import serve as serve_proctoring

PERSON = "staff:"
HARD_LIMIT_BYTES = 4 * MAX_FRAME_BYTES


class SocketQuery(BaseModel):
    """Query of `/ws/interview`. `media` announces what will carry the candidate's voice."""

    model_config = ConfigDict(extra="ignore")

    session_id: str = Field(max_length=64)
    ticket: str = Field(max_length=256)
    last_seq: int | None = Field(default=None, ge=0)
    epoch: str | None = Field(default=None, max_length=64)
    media: Media = Media.TEXT


Run = Callable[[LiveRegistry, web.WebSocketResponse, SocketQuery, TicketGrant], Awaitable[None]]


async def _admit(request: web.Request) -> tuple[SocketQuery, TicketGrant]:
    """The checked query and the ticket's grant.

    Raises:
        Unauthenticated: No ticket, a used one, or one for another session.
    """
    try:
        query = SocketQuery.model_validate(dict(request.query))
    except ValidationError as error:
        place = error.errors()[0]["loc"][0]
        raise Unauthenticated(f"{place} is missing or wrong") from None
    grant = await take_ticket(core_of(request), query.ticket)
    if grant.session_id != query.session_id:
        raise Unauthenticated("The ticket is for another session")
    return query, grant


async def _seat(request: web.Request, run: Run) -> web.WebSocketResponse:
    """Open the socket and `run` it; 1008 before any data when the ticket is not good.

    `run` answers pings, within its limits: aiohttp would answer any number in one go.
    """
    socket = web.WebSocketResponse(
        heartbeat=HEARTBEAT_S,
        max_msg_size=HARD_LIMIT_BYTES,
        compress=False,
        autoping=False,
    )
    await socket.prepare(request)
    try:
        query, grant = await _admit(request)
    except Unauthenticated as error:
        return await refuse(socket, error.message)
    vouch(request)
    live = services_of(request).live
    if not isinstance(live, LiveRegistry):
        raise Unavailable("live", "this process serves no sockets")
    await run(live, socket, query, grant)
    return socket


async def interview_socket(request: web.Request) -> web.WebSocketResponse:
    """`/ws/interview`: refused with close code 1008 before any data when the ticket is not good."""

    async def run(
        live: LiveRegistry, socket: web.WebSocketResponse, query: SocketQuery, grant: TicketGrant
    ) -> None:
        await serve(
            live,
            socket,
            session_id=query.session_id,
            role=grant.role,
            last_seq=query.last_seq,
            media=query.media,
            veil=await _veil(request, grant),
        )

    return await _seat(request, run)


async def _veil(request: web.Request, grant: TicketGrant) -> Callable[[str], str | None] | None:
    """What a person who watches in blind mode may see of each frame; None: all of it."""
    storage = core_of(request).storage
    about = await storage.sessions.get(grant.session_id)
    if grant.role != "observer" or about is None or not grant.principal.startswith(PERSON):
        return None
    reader = await reader_of(storage.documents, about.organisation_id, grant.principal)
    return partial(reader.frame, summary=about) if reader.unknown(about) else None


async def proctoring_socket(request: web.Request) -> web.WebSocketResponse:
    """`/ws/proctoring`: the same tickets and the same refusal as `/ws/interview`."""
    services = services_of(request)
    return await _seat(
        request,
        lambda live, socket, query, grant: serve_proctoring(
            services, live, socket, session_id=query.session_id, role=grant.role
        ),
    )


ROUTES = [
    Route(
        method="GET",
        path="/ws/proctoring",
        handler=proctoring_socket,
        allow=frozenset({Allow.TICKET}),
        summary="Pictures for proctoring, from clients without WebRTC",
        kind="websocket",
        query=SocketQuery,
        description=(
            "`set_reference_face` and `process_frame` with `image_data` (a JPEG or PNG data URL); "
            "`reference_face_response` and `proctoring_result` come back. The session is the "
            "ticket's, whatever a message says."
        ),
    ),
    Route(
        method="GET",
        path="/ws/interview",
        handler=interview_socket,
        allow=frozenset({Allow.TICKET}),
        summary="The live interview: frames of docs/protocol.schema.json.",
        kind="websocket",
        query=SocketQuery,
        description=(
            "Take a ticket first (`POST /api/candidate/ticket`, or "
            "`POST /api/parallel_interview/session/{id}/ticket` to observe). "
            "Without a good ticket the socket is closed with 1008 before any data."
        ),
    ),
]
