"""Service keys of an organisation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from server.edge.auth.api_keys import API_KEYS
from tests.server.doors import Edge

KEYS = "/api/v1/api-keys"
SESSIONS = "/api/parallel_interview/sessions"


async def made(edge: Edge, staff: dict[str, str], **fields: Any) -> dict[str, Any]:
    body = {"name": "Tracking", "scopes": ["sessions:read"]} | fields
    answer = await edge.client.post(KEYS, json=body, headers=staff)
    assert answer.status == 201, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def test_a_key_opens_what_its_scopes_cover_and_nothing_else(edge: Edge) -> None:
    staff = await edge.staff()
    key = await made(edge, staff)
    headers = {"X-API-Key": key["secret"]}
    assert (await edge.client.get(SESSIONS, headers=headers)).status == 200
    as_bearer = {"Authorization": f"Bearer {key['secret']}"}
    assert (await edge.client.get(SESSIONS, headers=as_bearer)).status == 200
    refused = await edge.client.get("/api/reports", headers=headers)
    assert refused.status == 403
    assert "reports:read" in (await refused.json())["detail"]


async def test_a_key_is_shown_once_and_stored_as_a_hash(edge: Edge) -> None:
    staff = await edge.staff()
    key = await made(edge, staff)
    listed = await (await edge.client.get(KEYS, headers=staff)).text()
    assert key["secret"] not in listed
    assert key["key"]["begins"] in listed
    database = edge.data_dir / "vivavoce.db"
    on_disk = b"".join(p.read_bytes() for p in database.parent.glob("vivavoce.db*"))
    assert key["key"]["begins"].encode() in on_disk
    assert key["secret"].encode() not in on_disk


async def test_a_revoked_or_expired_key_opens_nothing(edge: Edge) -> None:
    staff = await edge.staff()
    key = await made(edge, staff)
    headers = {"X-API-Key": key["secret"]}
    address = f"{KEYS}/{key['key']['id']}"
    revoked = await (await edge.client.delete(address, headers=staff)).json()
    assert revoked["active"] is False
    assert (await edge.client.get(SESSIONS, headers=headers)).status == 401
    again = await (await edge.client.delete(address, headers=staff)).json()
    assert again["revoked_at"] == revoked["revoked_at"]
    assert (await edge.client.delete(f"{KEYS}/nobody", headers=staff)).status == 404

    soon = (edge.clock() + timedelta(minutes=5)).isoformat()
    short = {"X-API-Key": (await made(edge, staff, expires_at=soon))["secret"]}
    assert (await edge.client.get(SESSIONS, headers=short)).status == 200
    edge.clock.forward(301)
    assert (await edge.client.get(SESSIONS, headers=short)).status == 401


async def test_its_last_use_is_noted_to_the_minute(edge: Edge) -> None:
    staff = await edge.staff()
    key = await made(edge, staff)
    keys = edge.services.storage.documents.everywhere(API_KEYS)

    async def revision() -> int:
        found = await keys.get(key["key"]["id"])
        assert found is not None
        return found.revision

    assert await revision() == 1
    for _ in range(3):
        await edge.client.get(SESSIONS, headers={"X-API-Key": key["secret"]})
    assert await revision() == 2
    edge.clock.forward(61)
    await edge.client.get(SESSIONS, headers={"X-API-Key": key["secret"]})
    assert await revision() == 3


async def test_wrong_keys_are_named_by_their_field(edge: Edge) -> None:
    staff = await edge.staff()
    for field, body in {
        "name": {"name": " ", "scopes": ["*"]},
        "scopes": {"name": "a", "scopes": ["sessions:all"]},
        "expires_at": {"name": "a", "scopes": ["*"], "expires_at": "2020-01-01T00:00:00Z"},
    }.items():
        answer = await edge.client.post(KEYS, json=body, headers=staff)
        assert (answer.status, (await answer.json())["field"]) == (400, field)


async def test_programs_make_no_keys(edge: Edge) -> None:
    headers = {"X-API-Key": (await made(edge, await edge.staff(), scopes=["*"]))["secret"]}
    answer = await edge.client.post(KEYS, json={"name": "a", "scopes": ["*"]}, headers=headers)
    assert answer.status == 403
