"""What an organisation no longer wants goes in time, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from interview.accounts import Role
from interview.ports.storage import RecordingChunk
from server.platform.mail.letters import Letter
from server.platform.mail.outbox import MAILS, MailState
from server.platform.privacy.retention import SWEPT, sweep, sweep_in_turn
from tests.server.doors import BASE, Edge, Person, running

RETENTION = "/api/v1/privacy/retention"
DAY_S = 86_400
MAIL = {"smtp_url": "smtp://127.0.0.1:1?tls=none", "mail_from": "x@x.example"}


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with running(tmp_path, **MAIL) as started:
        yield started


async def ended(edge: Edge, person: Person) -> str:
    body = {"name": "A", "email": "a@b.example", "questions": ["One?"]}
    made = await edge.client.post(f"{BASE}/create", json=body, headers=person.headers)
    session_id = str((await made.json())["session_id"])
    for step in ("start", "end"):
        url = f"{BASE}/session/{session_id}/{step}"
        assert (await edge.client.post(url, headers=person.headers)).status == 200
    return session_id


async def letter(edge: Edge, key: str, state: MailState) -> str:
    fields = {"name": "A", "title": "T"}
    mail_id = await edge.services.outbox.post("default", Letter.THANKS, "a@b.c", fields, key=key)
    mails = edge.services.storage.documents.of(MAILS, "default")
    found = await mails.get(mail_id)
    assert found is not None
    if state is not MailState.WAITING:
        await mails.replace(mail_id, 1, found.document.over(state, edge.clock()))
    return mail_id


async def call(edge: Edge, method: str, path: str, person: Person, body: Any = None) -> Any:
    answer = await edge.client.request(
        method, RETENTION + path, json=body, headers=(await fresh(edge, person))
    )
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def fresh(edge: Edge, person: Person) -> dict[str, str]:
    """Tokens live for minutes, tests for weeks."""
    again = await edge.person(Role.OWNER, organisation_id=person.organisation_id)
    return again.headers


async def sessions(edge: Edge, organisation_id: str) -> set[str]:
    found, _ = await edge.services.storage.sessions.page(organisation_id=organisation_id)
    return {one.session_id for one in found}


async def test_what_is_due_goes_and_nothing_else(edge: Edge) -> None:
    ours, theirs = await edge.person(Role.OWNER), await edge.person(Role.OWNER, organisation_id="b")
    old, foreign = await ended(edge, ours), await ended(edge, theirs)
    waiting, sent = (
        await letter(edge, "1", MailState.WAITING),
        await letter(edge, "2", MailState.SENT),
    )
    open_one = (await edge.create())["session_id"]
    edge.clock.forward(20 * DAY_S)
    ours = await edge.person(Role.OWNER)
    young = await ended(edge, ours)
    assert await sweep(edge.services, edge.clock()) == 0, "nothing goes unless somebody says so"

    said = {"sessions_days": 30, "letters_days": 25}
    kept = await call(edge, "PUT", "", ours, said)
    assert (kept["sessions_days"], kept["invitations_days"], kept["reference_days"]) == (
        30,
        None,
        30,
    )
    preview = await call(edge, "GET", "/preview?ahead_days=15", ours)
    none = {"recording": 0, "pictures": 0, "invitation": 0}
    assert preview["counts"] == {"session": 1, "letter": 1} | none
    assert {one["identity"] for one in preview["next"]} == {old, sent}
    wider = await call(edge, "GET", "/preview?ahead_days=0&sessions_days=1", ours)
    assert wider["counts"]["session"] == 1, "as if it were set; nothing is"
    assert await sweep(edge.services, edge.clock()) == 0, "a preview removes nothing"

    edge.clock.forward(11 * DAY_S)
    assert await sweep(edge.services, edge.clock()) == 2
    assert await sessions(edge, "default") == {young, open_one}
    assert await sessions(edge, "b") == {foreign}
    mails = edge.services.storage.documents.of(MAILS, "default")
    assert await mails.get(sent) is None and await mails.get(waiting) is not None
    assert await sweep(edge.services, edge.clock()) == 0


async def test_a_recording_and_pictures_go_before_their_session(edge: Edge) -> None:
    ours = await edge.person(Role.OWNER)
    seen, bare = await ended(edge, ours), await ended(edge, ours)
    blobs, recordings = edge.services.blobs, edge.services.storage.recordings
    kept = f"proctoring/{seen}/reference/face.bin"
    for key in (f"recordings/{seen}/p/0.webm", f"proctoring/{seen}/stills/v1", kept):
        await blobs.put(key, b"picture or sound")
    piece = RecordingChunk(
        session_id=seen, part_id="p", number=0, sha256="00", size_bytes=3, start_s=0, duration_s=3,
        blob_key=f"recordings/{seen}/p/0.webm", mime="video/webm", received_at=edge.clock(),
    )  # fmt: skip
    await recordings.add(piece)
    await call(edge, "PUT", "", ours, {"recordings_days": 10, "pictures_days": 20})
    preview = await call(edge, "GET", "/preview?ahead_days=15", ours)
    assert (preview["counts"]["recording"], preview["counts"]["pictures"]) == (1, 0)
    marks = edge.services.storage.documents.of(SWEPT, "default")
    assert await marks.get("default") is None, "who looks ahead writes nothing"
    edge.clock.forward(11 * DAY_S)
    assert await sweep(edge.services, edge.clock()) == 1, "of the other there is none"
    assert await recordings.chunks(seen) == []
    assert await blobs.keys(f"recordings/{seen}/") == []
    assert len(await blobs.keys(f"proctoring/{seen}/")) == 2
    state = await edge.services.live.state(seen)
    assert state.recording_removed is not None and state.recording_removed.after_days == 10
    assert (await edge.services.live.state(bare)).recording_removed is None
    edge.clock.forward(10 * DAY_S)
    assert await sweep(edge.services, edge.clock()) == 1
    assert await blobs.keys(f"proctoring/{seen}/") == [kept]
    assert await sweep(edge.services, edge.clock()) == 0
    assert await sessions(edge, "default") >= {seen, bare}


async def test_one_of_all_processes_sweeps_in_an_hour(edge: Edge) -> None:
    ours = await edge.person(Role.OWNER)
    await ended(edge, ours)
    await call(edge, "PUT", "", ours, {"sessions_days": 1})
    edge.clock.forward(2 * DAY_S)
    now = edge.clock()
    assert [await sweep_in_turn(edge.services, now) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("days", [0, -1, 5_000, "ten", 1.5])
async def test_days_are_checked(edge: Edge, days: object) -> None:
    owner = await edge.person(Role.OWNER)
    answer = await edge.client.put(RETENTION, json={"letters_days": days}, headers=owner.headers)
    assert (answer.status, (await answer.json())["field"]) == (400, "letters_days")
