"""What is held of a person is found, copied whole, and gone from every place when erased."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from motor.motor_asyncio import AsyncIOMotorClient

from interview.accounts import Role
from interview.ports.storage import ReportRecord
from server.platform.mail.letters import Letter
from tests.server.doors import BASE, Edge, running

PRIVACY = "/api/v1/privacy/candidate"
MARKS = ("Zebulona Quirkmark", "zebulona@quirkmark.example", "+49 555 0199 887", "mumblewort")
PERSON = {"name": MARKS[0], "email": MARKS[1], "phone": MARKS[2]}
MAIL = {"smtp_url": "smtp://127.0.0.1:1?tls=none", "mail_from": "x@x.example"}


def places(folder: Path) -> list[str]:
    """Every file below a folder that holds one of the marks, in its name or its bytes."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for mark in MARKS:
            if mark.encode() in content or mark.casefold().encode() in content:
                found.append(f"{path.name}: {mark}")
    return found


async def filled(edge: Edge, headers: dict[str, str]) -> str:
    """A session with marks in everything that one can hold."""
    body = PERSON | {"questions": ["One?"], "title": "T"}
    answer = await edge.client.post(
        f"{BASE}/create", json=body, headers=headers | {"Idempotency-Key": "k-1"}
    )
    assert answer.status == 200, await answer.text()
    session_id = str((await answer.json())["session_id"])
    one, services = f"{BASE}/session/{session_id}", edge.services
    for path, sent in (
        ("start", {}),
        ("notes", {"text": MARKS[3]}),
        ("tags", {"tags": [MARKS[3]]}),
    ):
        answer = await edge.client.post(f"{one}/{path}", json=sent, headers=headers)
        assert answer.status == 200, await answer.text()
    now = edge.clock()
    await services.storage.reports.put(
        ReportRecord(
            session_id=session_id,
            status="ready",
            revision=1,
            created_at=now,
            updated_at=now,
            name=MARKS[0],
            email=MARKS[1],
            body={"words": MARKS[3]},
        )
    )
    for prefix in ("recordings", "speech", "pictures", "proctoring", "sound"):
        await services.blobs.put(f"{prefix}/{session_id}/a/0.bin", MARKS[3].encode())
    await services.outbox.post(
        "default",
        Letter.THANKS,
        MARKS[1],
        {"name": MARKS[0], "title": "T"},
        key=f"thanks:{session_id}",
        about=session_id,
    )
    return session_id


async def post(edge: Edge, path: str, headers: dict[str, str], status: int = 200) -> Any:
    answer = await edge.client.post(path, json={"email": MARKS[1].upper()}, headers=headers)
    assert answer.status == status, await answer.text()
    return await answer.read()


async def test_an_erased_person_is_in_no_file_and_no_log(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        async with running(tmp_path, **MAIL) as edge:
            owner = await edge.person(Role.OWNER)
            await filled(edge, owner.headers)
            await edge.create(name="Somebody Else", email="else@example.com")
            assert len(places(edge.data_dir)) > 5, "the scan sees what is there"
            held = json.loads(await post(edge, PRIVACY, owner.headers))
            assert (held["sessions"], held["letters"]) == (1, 1)
            await post(edge, f"{PRIVACY}/erase", owner.headers)
            assert places(edge.data_dir) == []
            await post(edge, f"{PRIVACY}/erase", owner.headers, 404)
            _, total = await edge.services.storage.sessions.page()
            assert total == 1, "and nobody else is gone"
            (entry,) = (await edge.services.storage.audit.page(action="candidate_erased"))[0]
            assert entry.target.startswith("person:") and entry.details["counts"]["sessions"] == 1
    assert places(tmp_path) == []
    assert [mark for mark in MARKS if mark.casefold() in str(logs).casefold()] == []


async def documents_with_marks(url: str) -> list[str]:
    """Every document of a database that holds one of the marks, in its id or a field."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(url)
    database, found = client.get_default_database(), []
    for name in await database.list_collection_names():
        async for document in database[name].find({}):
            text = str(document).casefold()
            found += [f"{name}: {mark}" for mark in MARKS if mark.casefold() in text]
    client.close()
    return found


async def test_an_erased_person_is_in_no_document_of_a_database(
    tmp_path: Path, mongo_url: Callable[[], str]
) -> None:
    url = mongo_url()
    async with running(tmp_path, storage_url=url, **MAIL) as edge:
        owner = await edge.person(Role.OWNER)
        await filled(edge, owner.headers)
        await edge.create(name="Somebody Else", email="else@example.com")
        before = await documents_with_marks(url)
        assert len(before) > 5, "the scan sees what is there"
        await post(edge, f"{PRIVACY}/erase", owner.headers)
        assert await documents_with_marks(url) == []
        assert places(edge.data_dir) == [], "files and caches beside the database"
        _, total = await edge.services.storage.sessions.page()
        assert total == 1, "and nobody else is gone"


async def test_a_copy_holds_all_of_one_person_and_nothing_of_another(tmp_path: Path) -> None:
    async with running(tmp_path, **MAIL) as edge:
        owner = await edge.person(Role.OWNER)
        session_id = await filled(edge, owner.headers)
        other = await edge.create(name="Somebody Else", email="else@example.com")
        archive = zipfile.ZipFile(io.BytesIO(await post(edge, f"{PRIVACY}/export", owner.headers)))
        names, place = archive.namelist(), f"sessions/{session_id}"
        for name in ("session.json", "log.json", "report.json"):
            assert f"{place}/{name}" in names
        assert archive.read(f"{place}/files/recordings/{session_id}/a/0.bin") == MARKS[3].encode()
        assert json.loads(archive.read("letters.json"))[0]["to"] == MARKS[1]
        whole = "".join(archive.read(name).decode() for name in names)
        assert all(mark in whole for mark in MARKS)
        assert "Somebody Else" not in whole and other["session_id"] not in whole


async def test_another_organisation_holds_nothing_of_the_person(edge: Edge) -> None:
    await edge.create(**PERSON)
    stranger = await edge.person(Role.OWNER, organisation_id="b")
    assert json.loads(await post(edge, PRIVACY, stranger.headers))["sessions"] == 0
    for action in ("export", "erase"):
        await post(edge, f"{PRIVACY}/{action}", stranger.headers, 404)
    reviewer = await edge.person(Role.REVIEWER)
    await post(edge, f"{PRIVACY}/erase", reviewer.headers, 403)
