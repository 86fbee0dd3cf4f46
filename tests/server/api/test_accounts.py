"""How people come, what owners and administrators change, and what is written down of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from interview.accounts import ACCOUNTS, PENDING, AccountState, Role
from server.edge.auth.api_keys import make_key
from server.edge.auth.login import grant
from server.platform.mail.outbox import MAILS
from tests.server.doors import ADMIN, PASSWORD, Edge, Person, bearer, running

AUTH, COLLEAGUES, USERS = "/api/v1/auth", "/api/v1/colleagues", "/api/v1/admin/users"
NEW = {
    "username": "grace",
    "password": "a long password",
    "email": "Grace@New.example",
    "company": "New & Co",
}
MAIL = {"smtp_url": "smtp://127.0.0.1:1?tls=none", "mail_from": "x@x.example"}


@pytest.fixture
async def mailing(tmp_path: Path) -> AsyncIterator[Edge]:
    """A server that would send letters; tests read them in the outbox."""
    async with running(tmp_path, **MAIL) as started:
        yield started


async def post(edge: Edge, path: str, body: Any, status: int = 200, **given: Any) -> Any:
    answer = await edge.client.post(path, json=body, **given)
    assert answer.status == status, (answer.status, await answer.text())
    return await answer.json()


async def links(edge: Edge, page: str) -> list[str]:
    """The secrets of the letters that lead to a page, the oldest first."""
    mails = await edge.services.storage.documents.everywhere(MAILS).page()
    found = [re.findall(rf"/staff/{page}#t=(\S+)", item.document.text) for item in mails.items]
    return [secret for secrets in found for secret in secrets]


async def log_in(edge: Edge, username: str, password: str, status: int = 200) -> Any:
    return await post(edge, f"{AUTH}/login", {"username": username, "password": password}, status)


# --- registration ----------------------------------------------------------------------------


async def test_who_registers_is_in_when_the_address_is_confirmed(mailing: Edge) -> None:
    made = await post(mailing, f"{AUTH}/registration/", NEW, 201)
    assert made["activation"] == "mail" and "token" not in str(made)
    await log_in(mailing, "grace", NEW["password"], 401)
    (secret,) = await links(mailing, "verify")
    stored = await mailing.services.storage.documents.everywhere(PENDING).page()
    assert secret not in stored.items[0].document.model_dump_json()
    await post(mailing, f"{AUTH}/registration/verify", {"token": secret})
    user = (await log_in(mailing, "GRACE@new.example", NEW["password"]))["user"]
    assert (user["company"], user["roles"]) == ("New & Co", ["owner"])
    assert user["organisation_id"] != "default"
    await post(mailing, f"{AUTH}/registration/verify", {"token": secret}, 404)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ADMIN}, "username"),
        ({"username": "o", "email": ADMIN}, "email"),
        ({"username": "GRACE"}, "username"),
        ({"username": "other"}, "email"),
        ({"username": "o", "email": "o@o.example", "password": "short"}, "password"),
        ({"username": "has blank"}, "username"),
        ({"email": "nobody"}, "email"),
        ({"company": " "}, "company"),
    ],
)
async def test_names_are_unique_and_fields_are_checked(
    mailing: Edge, change: dict[str, str], field: str
) -> None:
    await post(mailing, f"{AUTH}/registration/", NEW, 201)
    refused = await post(mailing, f"{AUTH}/registration/", NEW | change, 400)
    assert refused["field"] == field


async def test_after_48_hours_the_link_is_dead_and_the_names_are_free(mailing: Edge) -> None:
    await post(mailing, f"{AUTH}/registration/", NEW, 201)
    (secret,) = await links(mailing, "verify")
    mailing.clock.forward(48 * 3_600)
    await post(mailing, f"{AUTH}/registration/verify", {"token": secret}, 410)
    await post(mailing, f"{AUTH}/registration/", NEW, 201)


async def test_a_link_that_is_sent_again_voids_the_first(mailing: Edge) -> None:
    await post(mailing, f"{AUTH}/registration/", NEW, 201)
    said = await post(mailing, f"{AUTH}/registration/resend", {"email": NEW["email"]})
    first, second = await links(mailing, "verify")
    assert said == await post(mailing, f"{AUTH}/registration/resend", {"email": "no@no.example"})
    assert len(await links(mailing, "verify")) == 2
    await post(mailing, f"{AUTH}/registration/verify", {"token": first}, 404)
    await post(mailing, f"{AUTH}/registration/verify", {"token": second})


async def test_without_mail_an_administrator_activates(edge: Edge) -> None:
    made = await post(edge, f"{AUTH}/registration/", NEW, 201)
    assert made["activation"] == "administrator"
    admin = await edge.person(Role.ADMINISTRATOR)
    answer = await edge.client.get(f"{USERS}/pending", headers=admin.headers)
    (waiting,) = (await answer.json())["items"]
    assert (waiting["username"], waiting["kind"]) == ("grace", "registration")
    await post(edge, f"{USERS}/pending/{waiting['id']}/activate", {}, headers=admin.headers)
    assert (await log_in(edge, "grace", NEW["password"]))["user"]["company"] == "New & Co"
    again = f"{USERS}/pending/{waiting['id']}/activate"
    await post(edge, again, {}, 404, headers=admin.headers)


async def test_registration_can_be_closed(tmp_path: Path) -> None:
    async with running(tmp_path, registration="closed") as edge:
        await post(edge, f"{AUTH}/registration/", NEW, 403)


# --- colleagues ------------------------------------------------------------------------------


async def test_a_colleague_comes_by_invitation(mailing: Edge) -> None:
    owner = await mailing.person(Role.OWNER)
    body = {"email": "bob@x.example", "roles": ["reviewer"]}
    url = f"{COLLEAGUES}/invitations"
    made = await post(mailing, url, body, 201, headers=owner.headers)
    assert made["mailed"] and made["link"].endswith((await links(mailing, "join"))[0])
    secret = made["link"].partition("#t=")[2]
    seen = await post(mailing, f"{AUTH}/invitation", {"token": secret})
    assert (seen["email"], seen["roles"]) == ("bob@x.example", ["reviewer"])
    chosen = {"token": secret, "password": "bobs password", "name": "Bob"}
    refused = await post(mailing, f"{AUTH}/invitation/accept", chosen | {"password": "short"}, 400)
    assert refused["field"] == "password"
    await post(mailing, f"{AUTH}/invitation/accept", chosen)
    user = (await log_in(mailing, "bob@x.example", "bobs password"))["user"]
    assert (user["name"], user["organisation_id"]) == ("Bob", owner.organisation_id)
    await post(mailing, f"{AUTH}/invitation/accept", chosen, 404)
    listed = await mailing.client.get(f"{COLLEAGUES}?search=BOB", headers=owner.headers)
    assert [item["name"] for item in (await listed.json())["items"]] == ["Bob"]


async def test_a_second_invitation_and_a_revoked_one_void_the_link(edge: Edge) -> None:
    owner, url = await edge.person(Role.OWNER), f"{COLLEAGUES}/invitations"
    made = [
        await post(edge, url, {"email": "b@x.example"}, 201, headers=owner.headers) for _ in "12"
    ]
    assert not made[0]["mailed"]
    known = await post(edge, url, {"email": ADMIN}, 400, headers=owner.headers)
    assert known["field"] == "email"
    first, second = ({"token": one["link"].partition("#t=")[2]} for one in made)
    await post(edge, f"{AUTH}/invitation", first, 404)
    await post(edge, f"{AUTH}/invitation", second)
    await post(edge, f"{AUTH}/registration/verify", second, 404)
    one = f"{url}/{made[1]['invitation']['invitation_id']}"
    assert (await edge.client.delete(one, headers=owner.headers)).status == 204
    await post(edge, f"{AUTH}/invitation", second, 404)
    assert (await edge.client.delete(one, headers=owner.headers)).status == 404


async def test_owners_change_their_own_people_only(edge: Edge) -> None:
    owner = await edge.person(Role.OWNER, organisation_id="b")
    mine = await edge.person(Role.REVIEWER, organisation_id="b")
    other = await edge.person(Role.REVIEWER)

    async def put(user_id: str, **body: Any) -> int:
        answer = await edge.client.put(f"{COLLEAGUES}/{user_id}", json=body, headers=owner.headers)
        return answer.status

    assert await put(other.user_id, name="X") == 404
    assert await put(mine.user_id, name="X", roles=["interviewer"]) == 200
    me = await edge.client.get(f"{AUTH}/me", headers=mine.headers)
    assert (await me.json())["role"] == "interviewer"
    assert await put(mine.user_id, roles=["administrator"]) == 403
    assert await put(mine.user_id, is_active=False) == 200
    assert (await edge.client.get(f"{AUTH}/me", headers=mine.headers)).status == 401
    assert await put(mine.user_id, name="Y") == 200
    found = await edge.services.storage.documents.of(ACCOUNTS, "b").get(mine.user_id)
    assert found is not None and found.document.state is AccountState.SUSPENDED
    for change in ({"roles": ["reviewer"]}, {"is_active": False}):
        assert await put(owner.user_id, **change) == 400, "the last owner stays"
    gone = await edge.client.delete(f"{COLLEAGUES}/{owner.user_id}", headers=owner.headers)
    assert gone.status == 400
    gone = await edge.client.delete(f"{COLLEAGUES}/{mine.user_id}", headers=owner.headers)
    assert gone.status == 204


async def test_an_owner_cannot_take_over_an_administrator(edge: Edge) -> None:
    owner, admin = await edge.person(Role.OWNER), await edge.person(*Role)
    one = f"{COLLEAGUES}/{admin.user_id}"
    for method, path in (("PUT", one), ("DELETE", one), ("POST", f"{one}/reset-link")):
        answer = await edge.client.request(method, path, json={"name": "X"}, headers=owner.headers)
        assert answer.status == 403, method


# --- forgotten passwords -----------------------------------------------------------------------


async def test_a_forgotten_password_is_replaced_once_by_mail(mailing: Edge) -> None:
    signed_in = await mailing.login()
    said = await post(mailing, f"{AUTH}/forgotten-password", {"email": ADMIN})
    assert said == await post(mailing, f"{AUTH}/forgotten-password", {"email": "no@x.example"})
    (secret,) = await links(mailing, "reset")
    body = {"token": secret, "new_password": "short"}
    refused = await post(mailing, f"{AUTH}/reset-password", body, 400)
    assert refused["field"] == "new_password"
    body["new_password"] = "another one"
    await post(mailing, f"{AUTH}/reset-password", body)
    await post(mailing, f"{AUTH}/reset-password", body, 401)
    await log_in(mailing, ADMIN, "another one")
    await log_in(mailing, ADMIN, PASSWORD, 401)
    headers = bearer(signed_in["access_token"])
    assert (await mailing.client.get(f"{AUTH}/me", headers=headers)).status == 401


async def test_a_reset_link_is_void_after_an_hour_or_another_reset(edge: Edge) -> None:
    owner, bob = await edge.person(Role.OWNER), await edge.person(Role.REVIEWER)
    url = f"{COLLEAGUES}/{bob.user_id}/reset-link"

    async def link() -> str:
        made = await post(edge, url, {}, 201, headers=owner.headers)
        return str(made["link"].partition("#t=")[2])

    first, second, late = await link(), await link(), await link()
    await post(edge, f"{AUTH}/reset-password", {"token": second, "new_password": "12345678"})
    await post(edge, f"{AUTH}/reset-password", {"token": first, "new_password": "abcdefgh"}, 401)
    edge.clock.forward(3_601)
    await post(edge, f"{AUTH}/reset-password", {"token": late, "new_password": "abcdefgh"}, 401)


async def test_without_mail_it_says_whom_to_ask(edge: Edge) -> None:
    said = await post(edge, f"{AUTH}/forgotten-password", {"email": ADMIN}, 409)
    assert said["code"] == "disabled" and "Ask an owner" in said["detail"]


# --- administration ----------------------------------------------------------------------------


async def test_administrators_list_create_change_and_delete(edge: Edge) -> None:
    admin = await edge.person(Role.ADMINISTRATOR)
    new = {"username": "zoe", "email": "zoe@z.example", "company": "Zed"}
    made = await post(edge, USERS, new, 201, headers=admin.headers)
    user, password = made["user"], made["one_time_password"]
    assert (user["company"], user["roles"], user["status"]) == ("Zed", ["owner"], "active")
    assert (await log_in(edge, "zoe", password))["user"]["must_change_password"]
    refused = await post(edge, USERS, new, 400, headers=admin.headers)
    assert refused["field"] == "username"
    await post(edge, USERS, new | {"organisation_id": "x"}, 400, headers=admin.headers)

    async def listed(query: str) -> list[str]:
        answer = await edge.client.get(f"{USERS}?{query}", headers=admin.headers)
        assert answer.status == 200, await answer.text()
        return [item["username"] for item in (await answer.json())["items"]]

    assert await listed("search=ZOE@") == ["zoe"] and await listed("company=zed") == ["zoe"]
    assert await listed("company=none") == [] and await listed("status=suspended") == []
    everybody = await listed("sort=username&order=asc")
    assert everybody == sorted(everybody) and len(everybody) == 3
    assert await listed("created_before=2020-01-01T00:00:00Z") == []
    assert await listed("sort=username&order=asc&limit=1&offset=2") == everybody[2:]
    for wrong in ("limit=1001", "sort=password", "created_after=yesterday"):
        answer = await edge.client.get(f"{USERS}?{wrong}", headers=admin.headers)
        assert answer.status == 422, wrong

    one = f"{USERS}/{user['id']}"
    change = {"email": "z@z.example", "company": "Zed 2", "username": "ignored"}
    answer = await edge.client.put(one, json=change, headers=admin.headers)
    view = await answer.json()
    assert (view["email"], view["company"], view["username"]) == ("z@z.example", "Zed 2", "zoe")
    answer = await edge.client.put(one, json={"is_active": False}, headers=admin.headers)
    assert answer.status == 400, "Zed would have no owner"
    assert (await edge.client.delete(one, headers=admin.headers)).status == 400
    body = {"username": "yan", "email": "y@z.example", "organisation_id": user["organisation_id"]}
    second = await post(edge, USERS, body, 201, headers=admin.headers)
    answer = await edge.client.put(one, json={"is_active": False}, headers=admin.headers)
    assert (await answer.json())["status"] == "suspended"
    await log_in(edge, "zoe", password, 403)
    answer = await edge.client.put(one, json={"name": "Zoe"}, headers=admin.headers)
    assert (await answer.json())["status"] == "suspended", "until a person says otherwise"
    answer = await edge.client.put(one, json={"is_active": True}, headers=admin.headers)
    await log_in(edge, "zoe", password)
    other = f"{USERS}/{second['user']['id']}"
    assert (await edge.client.delete(other, headers=admin.headers)).status == 204
    assert (await edge.client.get(other, headers=admin.headers)).status == 404
    own = await edge.client.delete(f"{USERS}/{admin.user_id}", headers=admin.headers)
    assert own.status == 403


async def test_a_subscription_is_what_an_administrator_notes_and_nobody_pays_here(
    edge: Edge,
) -> None:
    admin = await edge.person(Role.ADMINISTRATOR)
    owner = await edge.person(Role.OWNER, organisation_id="b")
    colleague = await edge.person(Role.REVIEWER, organisation_id="b")
    stranger = await edge.person(Role.OWNER, organisation_id="c")
    _, secret = await make_key(
        edge.services.storage,
        "b",
        name="ours",
        scopes=("*",),
        created_by="test",
        now=edge.clock(),
        key_id="ours",
    )
    people = {"owner": owner.headers, "colleague": colleague.headers, "key": {"X-API-Key": secret}}
    name = owner.stored.document.username
    user = (await log_in(edge, name, PASSWORD))["user"]
    assert user["subscription_status"] == "active"
    assert (user["subscription_plan"], user["subscription_end_date"]) == (None, None)

    async def put(status: int = 200, **body: Any) -> Any:
        path = f"{USERS}/{owner.user_id}"
        answer = await edge.client.put(path, json=body, headers=admin.headers)
        assert answer.status == status, await answer.text()
        return await answer.json()

    async def works(person: dict[str, str]) -> bool:
        answer = await edge.client.get("/api/v1/interviewer/interviews", headers=person)
        code = None if answer.status == 200 else (await answer.json())["code"]
        assert (answer.status, code) in ((200, None), (403, "subscription_over"))
        return answer.status == 200

    async def listed(query: str) -> set[str]:
        answer = await edge.client.get(f"{USERS}?{query}", headers=admin.headers)
        return {item["username"] for item in (await answer.json())["items"]}

    ends = edge.clock() + timedelta(days=30)
    view = await put(subscription_plan="professional", subscription_end_date=ends.isoformat())
    assert (view["subscription_plan"], view["subscription_status"]) == ("professional", "active")
    assert all([await works(person) for person in people.values()])
    edge.clock.forward(31 * 86_400)
    admin, stranger = await anew(edge, admin), await anew(edge, stranger)
    people = people | {
        "owner": (await anew(edge, owner)).headers,
        "colleague": (await anew(edge, colleague)).headers,
    }
    assert not any([await works(person) for person in people.values()])
    assert await works(stranger.headers) and await works(edge.service)
    me = await edge.client.get(f"{AUTH}/me", headers=people["owner"])
    assert (await me.json())["subscription_status"] == "expired"
    both = {name, colleague.stored.document.username}
    assert await listed("subscription_status=expired") == both
    assert not both & await listed("subscription_status=active")
    assert await listed("subscription_status=expired&status=suspended") == set()
    made = await post(
        edge,
        USERS,
        {"username": "late", "email": "late@b.example", "organisation_id": "b"},
        201,
        headers=admin.headers,
    )
    assert made["user"]["subscription_status"] == "expired", "a new account shares it"
    for status, runs in (("trial", True), ("past_due", True), ("canceled", False)):
        await put(subscription_status=status, subscription_end_date=None)
        assert {await works(person) for person in people.values()} == {runs}, status
    for body in ({"subscription_status": "expired"}, {"subscription_end_date": "soon"}):
        assert (await put(400, **body))["field"] == next(iter(body))
    await put(subscription_status="active")
    other = f"{USERS}/{colleague.user_id}"
    answer = await edge.client.put(other, json={"is_active": False}, headers=admin.headers)
    assert (await answer.json())["subscription_status"] == "suspended"
    await put(subscription_end_date="2090-01-01T00:00:00Z")
    answer = await edge.client.get(other, headers=admin.headers)
    assert (await answer.json())["subscription_status"] == "suspended", "it stays suspended"
    assert await listed("subscription_status=suspended") == {colleague.stored.document.username}


async def anew(edge: Edge, person: Person) -> Person:
    """The same account with a token that is of now."""
    granted = grant(edge.services, person.stored, uuid.uuid4().hex)
    return Person(person.stored, bearer(granted.access), granted.refresh)


async def test_admin_sign_in_is_for_administrators(edge: Edge) -> None:
    bob = await edge.person(Role.OWNER)
    form = {"username": bob.stored.document.username, "password": PASSWORD}
    await post(edge, "/api/v1/admin/auth/login", form, 403)
    form = {"username": ADMIN, "password": PASSWORD}
    body = await post(edge, "/api/v1/admin/auth/login", form)
    assert "administrator" in body["user"]["roles"]


async def test_the_audit_log_says_who_did_what_in_the_own_organisation(edge: Edge) -> None:
    owner = await edge.person(Role.OWNER)
    stranger = await edge.person(Role.OWNER, organisation_id="b")
    admin = await edge.person(Role.ADMINISTRATOR)
    await post(
        edge, f"{COLLEAGUES}/invitations", {"email": "b@x.example"}, 201, headers=owner.headers
    )
    await log_in(edge, stranger.stored.document.username, PASSWORD)

    async def actions(path: str, headers: dict[str, str]) -> list[tuple[str, str]]:
        answer = await edge.client.get(path, headers=headers)
        return [(item["actor"], item["action"]) for item in (await answer.json())["items"]]

    mine = (f"staff:{owner.stored.document.username}", "colleague_invited")
    theirs = (f"staff:{stranger.stored.document.username}", "login")
    assert await actions("/api/v1/audit", owner.headers) == [mine]
    assert await actions("/api/v1/audit", stranger.headers) == [theirs]
    assert await actions("/api/v1/admin/audit", admin.headers) == [theirs, mine]
    assert await actions("/api/v1/audit?action=login", owner.headers) == []
    assert await actions(f"/api/v1/audit?actor={mine[0]}", owner.headers) == [mine]


async def test_the_audit_log_names_what_it_is_about(edge: Edge) -> None:
    owner = await edge.person(Role.OWNER)
    interviews = "/api/v1/interviewer/interviews"
    made = await post(edge, interviews, {"title": "Nurses"}, 201, headers=owner.headers)
    job = {"title": "Night nurse", "questions": [{"text": "Why nights?"}]}
    await post(edge, "/api/v1/interviewer/jobs", job, 201, headers=owner.headers)

    async def names() -> dict[str, str]:
        answer = await edge.client.get("/api/v1/audit", headers=owner.headers)
        return {item["action"]: item["name"] for item in (await answer.json())["items"]}

    assert await names() == {"interview_created": "Nurses", "job_created": "Night nurse"}
    await edge.client.delete(f"{interviews}/{made['id']}", headers=owner.headers)
    assert (await names())["interview_created"] == ""
