"""What candidates ask for reaches staff, is answered, and goes when the session goes."""

from __future__ import annotations

import asyncio
from typing import Any

from interview.accounts import Role
from interview.commands import EndSession, StartSession
from tests.server.doors import BASE, Edge, bearer

ASK, OWN, TASKS = "/api/candidate/requests", "/api/candidate/own", "/api/requests"


async def send(edge: Edge, token: str, path: str, status: int = 200, **body: Any) -> Any:
    answer = await edge.client.post(path, json=body, headers=bearer(token))
    assert answer.status == status, await answer.text()
    return await answer.json()


async def own(edge: Edge, token: str) -> Any:
    return await (await edge.client.get(OWN, headers=bearer(token))).json()


async def settle(edge: Edge, request_id: str, status: int = 200, **body: Any) -> Any:
    path = f"{TASKS}/{request_id}/settle"
    answer = await edge.client.post(path, json=body, headers=edge.service)
    assert answer.status == status, await answer.text()
    return await answer.json()


async def test_every_kind_of_request_is_a_task_until_it_is_answered(edge: Edge) -> None:
    token = (await edge.create(title="Backend"))["candidate_token"]
    kinds = ["transcript", "signals", "explanation", "correction", "erasure"]
    for kind in kinds:
        edge.clock.forward(1)
        await send(edge, token, ASK, kind=kind, text=f"My {kind},\u202e please.")
    page = await edge.get(TASKS + "?state=open&limit=2&offset=1")
    assert (page["total"], page["open"], len(page["requests"])) == (5, 5, 2)
    task = page["requests"][0]
    assert (task["name"], task["title"], task["kind"]) == ("Ada Probe", "Backend", "signals")
    assert task["text"] == "My signals, please." and task["over"] is False
    done = await settle(edge, task["request_id"], outcome="done", reply="They are on your page.")
    assert (done["state"], done["settled_by"]) == ("done", "service")
    again = await settle(edge, task["request_id"], 409, outcome="declined", reply="No.")
    assert "settle is not possible" in again["detail"]
    mine = {one["kind"]: one for one in (await own(edge, token))["requests"]}
    assert list(mine) == kinds and mine["signals"]["reply"] == "They are on your page."
    assert (await edge.get(TASKS + "?state=open"))["open"] == 4
    assert (await edge.get(TASKS + "?state=done"))["total"] == 1


async def test_asked_again_while_it_is_open_a_request_is_one(edge: Edge) -> None:
    token = (await edge.create())["candidate_token"]
    await asyncio.gather(*(send(edge, token, ASK, kind="transcript") for _ in range(4)))
    await send(edge, token, ASK, kind="transcript", text="By post.")
    [one] = (await own(edge, token))["requests"]
    assert one["text"] == "By post."
    await settle(edge, one["request_id"], outcome="declined", reply="It is on your page.")
    await send(edge, token, ASK, kind="transcript", text="I cannot read it.")
    assert [r["state"] for r in (await own(edge, token))["requests"]] == ["declined", "open"]


async def test_requests_without_words_or_too_many_are_refused(edge: Edge) -> None:
    token = (await edge.create())["candidate_token"]
    for kind in ("accommodation", "correction"):
        answer = await send(edge, token, ASK, 400, kind=kind, text="\u200b \n")
        assert answer["field"] == "text"
    assert (await send(edge, token, ASK, 400, kind="money"))["field"] == "kind"
    assert (await send(edge, token, ASK, 400, kind="erasure", text="x" * 2_001))["field"] == "text"
    for _ in range(20):
        asked = await send(edge, token, ASK, kind="signals")
        await settle(edge, asked["requests"][-1]["request_id"], outcome="done", reply="Here.")
    assert (await send(edge, token, ASK, 400, kind="signals"))["field"] == "kind"
    assert (await settle(edge, "nothing", 404, outcome="done", reply="Yes"))["code"] == "not_found"


async def test_an_accommodation_may_let_the_candidate_do_without_a_camera(edge: Edge) -> None:
    created = await edge.create(camera_required=True, proctoring_profile="strict")
    token = created["candidate_token"]
    session = "/api/candidate/session"

    async def required() -> bool:
        answer = await edge.client.get(session, headers=bearer(token))
        return bool((await answer.json())["camera_required"])

    assert await required()
    await send(edge, token, ASK, kind="accommodation", text="My camera is broken.")
    [task] = (await edge.get(TASKS + "?state=open"))["requests"]
    assert task["camera_required"] is True
    refused: dict[str, Any] = {"outcome": "declined", "reply": "No.", "allow_without_camera": True}
    assert (await settle(edge, task["request_id"], 400, **refused))["field"] == (
        "allow_without_camera"
    )
    granted: dict[str, Any] = {
        "outcome": "done",
        "reply": "Take part without one.",
        "allow_without_camera": True,
    }
    assert (await settle(edge, task["request_id"], **granted))["camera_required"] is False
    assert not await required()
    state = await edge.services.live.state(created["session_id"])
    assert state.watch.camera_waived


async def test_a_rating_is_given_once_it_is_over_and_read_only_among_others(edge: Edge) -> None:
    for stars in (5, 4, 3):
        created = await edge.create()
        token = created["candidate_token"]
        early = await send(edge, token, "/api/candidate/rating", 400, stars=stars)
        assert early["field"] == "stars"
        await edge.services.live.command(created["session_id"], StartSession(by="test"))
        end = EndSession(by="staff", reason="test")
        await edge.services.live.command(created["session_id"], end)
        assert (await edge.get("/api/ratings"))["count"] == 0, "one alone would have a name"
        await send(edge, token, "/api/candidate/rating", stars=1)
        given = await send(
            edge, token, "/api/candidate/rating", stars=stars, comment=f"{stars} it is"
        )
        assert given["rating"] == {"stars": stars, "comment": f"{stars} it is"}
    shown = await edge.get("/api/ratings")
    assert (shown["count"], shown["average"]) == (3, 4.0)
    assert set(shown["comments"]) == {"5 it is", "4 it is", "3 it is"}


async def test_erasing_a_session_erases_what_its_candidate_asked_and_said(edge: Edge) -> None:
    created = await edge.create()
    token, session_id = created["candidate_token"], created["session_id"]
    await send(edge, token, ASK, kind="erasure")
    await edge.services.live.command(session_id, StartSession(by="test"))
    await edge.services.live.command(session_id, EndSession(by="staff", reason="test"))
    await send(edge, token, "/api/candidate/rating", stars=2)
    answer = await edge.client.delete(f"{BASE}/session/{session_id}", headers=edge.service)
    assert answer.status == 200
    assert (await edge.get(TASKS))["total"] == 0
    from server.platform.requests import Requests

    assert await Requests(edge.services.storage, "default").rating(session_id) is None


async def test_another_organisation_sees_no_request_and_answers_none(edge: Edge) -> None:
    token = (await edge.create())["candidate_token"]
    asked = await send(edge, token, ASK, kind="transcript")
    stranger = await edge.person(Role.OWNER, organisation_id="b")
    page = await (await edge.client.get(TASKS, headers=stranger.headers)).json()
    assert (page["total"], page["open"], page["requests"]) == (0, 0, [])
    path = f"{TASKS}/{asked['requests'][0]['request_id']}/settle"
    body = {"outcome": "done", "reply": "Yes."}
    assert (await edge.client.post(path, json=body, headers=stranger.headers)).status == 404
    viewer = await edge.person(Role.REVIEWER)
    assert (await edge.client.post(path, json=body, headers=viewer.headers)).status == 403
