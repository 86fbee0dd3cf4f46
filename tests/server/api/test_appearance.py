"""Theme, settings and profile: defaults, what is refused, and a logo that can be seen."""

from __future__ import annotations

import base64
from typing import Any

import cv2
import numpy as np
import pytest

from interview.accounts import Role
from interview.nouns import DEFAULT_ORGANISATION
from server.edge.auth import accounts
from server.platform.accounts import people
from server.platform.interviews.appearance import contrast
from tests.server.api.test_interviews import ask
from tests.server.doors import ADMIN, Edge

THEME, SETTINGS = "/../settings/theme", "/../settings"
SEED_LOGO = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


def picture(kind: str, width: int = 40, height: int = 20) -> str:
    """A picture as a data URL."""
    done, content = cv2.imencode(f".{kind}", np.full((height, width, 3), 200, np.uint8))
    assert done
    return f"data:image/{kind};base64,{base64.b64encode(content.tobytes()).decode()}"


async def test_a_theme_has_defaults_and_keeps_what_is_left_out(edge: Edge) -> None:
    theme = await ask(edge, "GET", THEME)
    assert {k: theme[k] for k in theme if k.endswith("color")} == {
        "primary_color": "#091326",
        "accent_color": "#52606d",
        "background_color": "#f5f7fa",
        "text_color": "#222222",
    }
    assert (theme["company_logo"], theme["warnings"]) == (None, [])
    changed = await ask(edge, "PUT", THEME, {"primary_color": "#AA0000"})
    assert (changed["primary_color"], changed["text_color"]) == ("#AA0000", "#222222")
    pale = await ask(edge, "PUT", THEME, {"text_color": "#eeeeee"})
    assert "text_color on background_color" in pale["warnings"][0]


async def test_each_organisation_has_its_own(edge: Edge) -> None:
    """One and the other, one after the other: what is kept once is kept once for each."""
    chosen = {
        "/settings/theme": ({"primary_color": "#AA0000"}, {"primary_color": "#0000AA"}),
        "/settings": ({"language": "de"}, {"language": "fr"}),
    }
    for name, bodies in chosen.items():
        for organisation_id, body in zip((DEFAULT_ORGANISATION, "other"), bodies, strict=True):
            owner = await edge.person(Role.OWNER, organisation_id=organisation_id)
            path = f"/api/v1/interviewer{name}"
            put = await edge.client.put(path, json=body, headers=owner.headers)
            assert put.status == 200, await put.text()
            read = await (await edge.client.get(path, headers=owner.headers)).json()
            assert {key: read[key] for key in body} == body
    choose = "/api/parallel_interview/scoring"
    for organisation_id in (DEFAULT_ORGANISATION, "other"):
        owner = await edge.person(Role.OWNER, organisation_id=organisation_id)
        hide: dict[str, Any] = {"shown": False, "reason": "People judge."}
        put = await edge.client.post(choose, json=hide, headers=owner.headers)
        assert put.status == 200, await put.text()


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "#1234567", "#fff;x", None, 7])
async def test_a_colour_that_is_none_is_refused(edge: Edge, colour: Any) -> None:
    refused = await ask(edge, "PUT", THEME, {"accent_color": colour}, 400)
    assert refused["field"] == "accent_color"
    assert (await ask(edge, "GET", THEME))["accent_color"] == "#52606d"


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
async def test_a_logo_is_shown_to_anybody_until_it_is_taken_away(edge: Edge, kind: str) -> None:
    sent = picture(kind)
    theme = await ask(edge, "PUT", THEME, {"company_logo": sent})
    address = "/" + theme["company_logo"].partition("//")[2].partition("/")[2]
    answer = await edge.client.get(address)
    assert (answer.status, answer.content_type) == (200, f"image/{kind}")
    assert base64.b64encode(await answer.read()).decode() == sent.partition(",")[2]
    same = await ask(edge, "PUT", THEME, {"company_logo": theme["company_logo"]})
    assert same["company_logo"] == theme["company_logo"]
    await ask(edge, "DELETE", f"{THEME}/logo", status=204)
    await ask(edge, "DELETE", f"{THEME}/logo", status=404)
    assert (await edge.client.get(address)).status == 404
    assert (await ask(edge, "GET", THEME))["company_logo"] is None


async def test_the_seeds_logo_is_taken(edge: Edge) -> None:
    assert (await ask(edge, "PUT", THEME, {"company_logo": SEED_LOGO}))["company_logo"]


@pytest.mark.parametrize(
    "logo",
    [
        "https://example.com/logo.png",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,!!!",
        "data:image/png;base64,R0lGODlhAQABAAAAACw=",
        "data:image/jpeg;base64," + picture("png").partition(",")[2],
        "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n").decode(),
        picture("png", width=2_001),
        "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" * 70_000).decode(),
    ],
)
async def test_what_is_no_small_picture_is_refused(edge: Edge, logo: str) -> None:
    refused = await ask(edge, "PUT", THEME, {"company_logo": logo}, 400)
    assert refused["field"] == "company_logo"
    assert await edge.services.blobs.keys("logos/") == []


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


async def test_settings_have_defaults_and_are_checked(edge: Edge) -> None:
    found = await ask(edge, "GET", SETTINGS)
    assert (found["expires_in_hours"], found["time_zone"]) == (72, "UTC")
    changed = await ask(edge, "PUT", SETTINGS, {"time_zone": "Europe/Berlin", "mode": "recorded"})
    assert (changed["time_zone"], changed["mode"], changed["language"]) == (
        "Europe/Berlin",
        "recorded",
        "en",
    )
    for name, wrong in (("time_zone", "Mars/Base"), ("expires_in_hours", 0), ("mode", "x")):
        assert (await ask(edge, "PUT", SETTINGS, {name: wrong}, 400))["field"] == name
    await ask(edge, "PUT", SETTINGS, {"language": "de"}, 412, headers={"If-Match": '"r0"'})


async def test_a_profile_is_the_persons_own(edge: Edge) -> None:
    headers = await edge.staff()
    path = "/api/v1/interviewer/profile"
    answer = await edge.client.get(path, headers=headers)
    assert (await answer.json())["username"] == ADMIN
    sent = {"display_name": "Ada", "time_zone": "Asia/Kolkata"}
    answer = await edge.client.put(path, json=sent, headers=headers)
    body = await answer.json()
    assert (body["display_name"], body["time_zone"], body["email"]) == (
        "Ada",
        "Asia/Kolkata",
        ADMIN,
    )
    assert (await edge.client.get(path, headers=edge.service)).status == 403


async def test_a_profile_names_the_address_and_the_company_of_the_account(edge: Edge) -> None:
    person = await edge.person(Role.OWNER)
    documents, mine = edge.services.storage.documents, person.stored
    address = "somebody@elsewhere.example"
    await accounts.changed(documents, mine.document_id, email=address)
    await people.rename(edge.services, mine.organisation_id, "Renamed & Co")
    answer = await edge.client.get("/api/v1/interviewer/profile", headers=person.headers)
    body = await answer.json()
    assert (body["email"], body["company"]) == (address, "Renamed & Co")
