"""Signing in, staying in, and getting out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import jwt
import pytest

from server.edge.auth.accounts import by_name, changed
from server.edge.auth.login import WRONG
from server.edge.auth.tokens import issue, stamp_of
from tests.server.doors import ADMIN, PASSWORD, Edge, bearer, running

LOGIN, ME = "/api/v1/auth/login", "/api/v1/auth/me"
REFRESH, LOGOUT = "/api/v1/auth/refresh", "/api/v1/auth/logout"
CHANGE = "/api/v1/auth/change-password"


async def test_login_gives_tokens_and_the_user(edge: Edge) -> None:
    body = await edge.login()
    assert body["token_type"] == "bearer" and body["expires_in_s"] == 900
    assert body["user"]["username"] == ADMIN
    answer = await edge.client.get(ME, headers=bearer(body["access_token"]))
    assert (await answer.json())["email"] == ADMIN


async def test_login_takes_json_and_any_case_of_the_name(edge: Edge) -> None:
    answer = await edge.client.post(LOGIN, json={"username": ADMIN.upper(), "password": PASSWORD})
    assert answer.status == 200


async def test_cookie_is_kept_from_scripts_and_browsers_get_no_token_in_the_body(
    edge: Edge,
) -> None:
    form = {"username": ADMIN, "password": PASSWORD}
    answer = await edge.client.post(LOGIN, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert (await answer.json())["refresh_token"] is None
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert "Path=/api/v1/auth" in cookie


@pytest.mark.parametrize(
    "form",
    [
        {"username": ADMIN, "password": "wrong password"},
        {"username": "nobody@example.com", "password": PASSWORD},
    ],
)
async def test_wrong_login_does_not_say_which_part_was_wrong(
    edge: Edge, form: dict[str, str]
) -> None:
    answer = await edge.client.post(LOGIN, data=form)
    assert answer.status == 401
    assert (await answer.json())["detail"] == WRONG


@pytest.mark.parametrize(
    "form", [{}, {"username": ADMIN}, {"username": "", "password": "x"}, {"password": "x" * 300}]
)
async def test_incomplete_login_names_the_field(edge: Edge, form: dict[str, str]) -> None:
    answer = await edge.client.post(LOGIN, data=form)
    assert answer.status == 400
    assert (await answer.json())["field"] in ("username", "password")


async def test_inactive_account_is_refused_only_after_the_right_password(edge: Edge) -> None:
    body = await edge.login()
    await changed(edge.services.storage.documents, body["user"]["id"], state="suspended")
    answer = await edge.client.post(LOGIN, data={"username": ADMIN, "password": PASSWORD})
    assert answer.status == 403
    answer = await edge.client.post(LOGIN, data={"username": ADMIN, "password": "wrong password"})
    assert answer.status == 401
    answer = await edge.client.get(ME, headers=bearer(body["access_token"]))
    assert answer.status == 401


async def test_eleventh_try_in_a_minute_is_limited(edge: Edge) -> None:
    form = {"username": ADMIN, "password": "wrong password"}
    statuses = [(await edge.client.post(LOGIN, data=form)).status for _ in range(10)]
    assert statuses == [401] * 10
    answer = await edge.client.post(LOGIN, data={"username": ADMIN, "password": PASSWORD})
    assert answer.status == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 66  # more than the minute: it slides
    other = {"username": "other@example.com", "password": "wrong password"}
    assert (await edge.client.post(LOGIN, data=other)).status == 401


async def test_forwarded_addresses_count_only_behind_a_trusted_proxy(edge: Edge) -> None:
    for n in range(11):
        answer = await edge.client.post(
            LOGIN,
            data={"username": ADMIN, "password": "wrong password"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        )
    assert answer.status == 429


async def test_behind_a_proxy_a_client_cannot_make_itself_new(tmp_path: Path) -> None:
    """Lines of its own, ports and other spellings of one address are one client."""
    lines = [[f"10.9.8.{n}", "203.0.113.11"] for n in range(4)]
    lines += [[f"203.0.113.11:{40_000 + n}"] for n in range(3)] + [["::ffff:203.0.113.11"]] * 4
    form = {"username": "nobody@example.com", "password": "wrong password"}
    async with running(tmp_path, trusted_proxies="127.0.0.0/8") as edge:
        statuses = []
        for hops in lines:
            headers = [("X-Forwarded-For", hop) for hop in hops]
            statuses.append((await edge.client.post(LOGIN, data=form, headers=headers)).status)
        assert statuses == [401] * 10 + [429]
        other = await edge.client.post(LOGIN, data=form, headers={"X-Forwarded-For": "203.0.113.9"})
        assert other.status == 401


async def test_access_token_expires(edge: Edge) -> None:
    headers = await edge.staff()
    edge.clock.forward(899)
    assert (await edge.client.get(ME, headers=headers)).status == 200
    edge.clock.forward(2)
    answer = await edge.client.get(ME, headers=headers)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_refresh_rotates_and_a_second_use_ends_the_family(edge: Edge) -> None:
    first = await edge.login()
    edge.client.session.cookie_jar.clear()
    answer = await edge.client.post(REFRESH, json={"refresh_token": first["refresh_token"]})
    second = await answer.json()
    assert answer.status == 200 and second["refresh_token"] != first["refresh_token"]
    replay = await edge.client.post(REFRESH, json={"refresh_token": first["refresh_token"]})
    assert replay.status == 401
    for token in (first["access_token"], second["access_token"]):
        assert (await edge.client.get(ME, headers=bearer(token))).status == 401
    answer = await edge.client.post(REFRESH, json={"refresh_token": second["refresh_token"]})
    assert answer.status == 401


async def test_of_two_refreshes_at_once_one_wins(edge: Edge) -> None:
    token = (await edge.login())["refresh_token"]
    edge.client.session.cookie_jar.clear()
    answers = await asyncio.gather(
        *(edge.client.post(REFRESH, json={"refresh_token": token}) for _ in range(5))
    )
    assert sorted(answer.status for answer in answers) == [200, 401, 401, 401, 401]


async def test_cookie_refreshes_only_for_our_own_pages(edge: Edge) -> None:
    form = {"username": ADMIN, "password": PASSWORD}
    answer = await edge.client.post(LOGIN, data=form)
    cookie = {"viva_refresh": answer.cookies["viva_refresh"].value}
    edge.client.session.cookie_jar.clear()
    foreign = await edge.client.post(
        REFRESH, cookies=cookie, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status == 403
    ours = f"http://{edge.client.host}:{edge.client.port}"
    answer = await edge.client.post(REFRESH, cookies=cookie, headers={"Origin": ours})
    assert answer.status == 200


async def test_access_token_does_not_refresh_and_refresh_token_opens_nothing(edge: Edge) -> None:
    body = await edge.login()
    edge.client.session.cookie_jar.clear()
    answer = await edge.client.post(REFRESH, json={"refresh_token": body["access_token"]})
    assert answer.status == 401
    assert (await edge.client.get(ME, headers=bearer(body["refresh_token"]))).status == 401


async def test_logout_voids_every_token_of_the_sign_in(edge: Edge) -> None:
    body, other = await edge.login(), await edge.login()
    answer = await edge.client.post(LOGOUT, headers=bearer(body["access_token"]))
    assert answer.status == 200
    assert (await edge.client.get(ME, headers=bearer(body["access_token"]))).status == 401
    answer = await edge.client.post(REFRESH, json={"refresh_token": body["refresh_token"]})
    assert answer.status == 401
    assert (await edge.client.get(ME, headers=bearer(other["access_token"]))).status == 200


async def test_logout_without_credentials_is_refused(edge: Edge) -> None:
    assert (await edge.client.post(LOGOUT)).status == 401


async def test_change_password_checks_the_current_one_and_ends_other_sign_ins(edge: Edge) -> None:
    mine, other = await edge.login(), await edge.login()
    headers = bearer(mine["access_token"])
    wrong = {"current_password": "wrong password", "new_password": "another long one"}
    answer = await edge.client.post(CHANGE, json=wrong, headers=headers)
    assert (answer.status, (await answer.json())["field"]) == (400, "current_password")
    short = {"current_password": PASSWORD, "new_password": "1234567"}
    answer = await edge.client.post(CHANGE, json=short, headers=headers)
    assert (answer.status, (await answer.json())["field"]) == (400, "new_password")
    good = {"current_password": PASSWORD, "new_password": "another long one"}
    answer = await edge.client.post(CHANGE, json=good, headers=headers)
    assert answer.status == 200
    renewed = (await answer.json())["access_token"]
    assert (await edge.client.get(ME, headers=bearer(renewed))).status == 200
    for token in (mine["access_token"], other["access_token"]):
        assert (await edge.client.get(ME, headers=bearer(token))).status == 401
    await edge.login("another long one")


async def test_stored_password_is_an_argon2_hash(edge: Edge) -> None:
    stored = await by_name(edge.services.storage.documents, ADMIN)
    assert stored is not None
    assert str(stored.document.password_hash).startswith("$argon2id$")


async def test_forged_tokens_are_refused(edge: Edge) -> None:
    stored = await by_name(edge.services.storage.documents, ADMIN)
    assert stored is not None
    stamp, user_id = stamp_of(stored.document.password_hash), stored.document_id
    now, key = edge.clock(), edge.services.keys.jwt
    forged = [
        issue("x" * 40, "access", user_id, now=now, ttl_s=900, family="f", stamp=stamp),
        issue(key, "access", user_id, now=now, ttl_s=900, family="f", stamp="other"),
        issue(key, "access", "nobody", now=now, ttl_s=900, family="f", stamp=stamp),
        jwt.encode({"sub": ADMIN, "typ": "access", "jti": "1"}, key, algorithm="HS256"),
        jwt.encode({"iss": "vivavoce", "sub": ADMIN}, "", algorithm="none"),
        "not.a.token",
        "",
    ]
    for token in forged:
        answer = await edge.client.get(ME, headers=bearer(token))
        assert answer.status == 401, token
