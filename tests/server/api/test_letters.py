"""Letters about sessions: reports to whom staff chose, thanks, and whether mail works."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from interview.accounts import Role
from server.platform.mail.outbox import MAILS
from tests.server.api.test_appearance import SEED_LOGO
from tests.server.api.test_deciding import held
from tests.server.doors import ADMIN, Edge, Person, running
from tests.server.platform.mail.postbox import Postbox, listening
from tests.server.work import work_off

SETTINGS = "/api/v1/interviewer/settings/letters"
REPORT = "/api/v1/interviewer/reports/{}/letter"
BOTH = {"Why?": "Because.", "How?": "So."}


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    with listening() as found:
        yield found


@pytest.fixture
async def mailing(tmp_path: Path, postbox: tuple[Postbox, int]) -> AsyncIterator[Edge]:
    """A server that can send mail."""
    url = f"smtp://127.0.0.1:{postbox[1]}?tls=none"
    async with running(
        tmp_path, smtp_url=url, mail_from="jobs@x.example", contact_email="hr@x.example"
    ) as started:
        yield started


async def ask(
    edge: Edge, who: Person, method: str, path: str, body: Any = None, status: int = 200
) -> Any:
    answer = await edge.client.request(method, path, json=body, headers=who.headers)
    assert answer.status == status, (answer.status, await answer.text())
    return await answer.json()


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    content: str = body.get_content()
    return content


async def test_a_report_is_mailed_once_to_those_in_the_settings(
    mailing: Edge, postbox: tuple[Postbox, int]
) -> None:
    owner = await mailing.person(Role.OWNER)
    nobody = await ask(mailing, owner, "GET", SETTINGS)
    assert (nobody["report_recipients"], nobody["mail_disabled"]) == ([], "")
    chosen = {"report_recipients": ["hiring@x.example", "Hiring@x.example", "boss@y.example"]}
    kept = await ask(mailing, owner, "PUT", SETTINGS, chosen)
    assert len(kept["report_recipients"]) == 2 and not kept["thank_candidates"]
    session_id = await held(mailing, "Ada", BOTH, title="Cook")
    await work_off(mailing)
    rewritten = f"/api/parallel_interview/session/{session_id}/rescore"
    again = await mailing.client.post(
        rewritten, json={"reason": "Once more."}, headers=mailing.service
    )
    assert again.status == 202
    await work_off(mailing)
    box = postbox[0]
    assert sorted(letter["To"] for letter in box.letters) == ["Hiring@x.example", "boss@y.example"]
    for letter in box.letters:
        assert letter["Subject"] == "A report is ready: Cook"
        assert f"/staff/reports/{session_id}" in words(letter) and "Ada" in words(letter)
    listed = await ask(mailing, owner, "GET", f"/api/v1/outbox?about={session_id}")
    assert {(one["letter"], one["state"]) for one in listed["items"]} == {("report", "sent")}


async def test_staff_send_a_report_to_a_colleague_and_to_no_stranger(
    mailing: Edge, postbox: tuple[Postbox, int]
) -> None:
    owner, ben = await mailing.person(Role.OWNER), await mailing.person(Role.REVIEWER)
    session_id = await held(mailing, "Ada", BOTH)
    path, mail = REPORT.format(session_id), ben.stored.document.email
    nobody = await ask(mailing, owner, "POST", path, {}, 400)
    assert "no recipients are set" in nobody["detail"]
    stranger = await ask(mailing, owner, "POST", path, {"email": "a@evil.example"}, 400)
    assert stranger["field"] == "email"
    posted = await ask(mailing, owner, "POST", path, {"email": mail.upper()}, 202)
    assert [(one["to"].lower(), one["state"]) for one in posted["letters"]] == [(mail, "waiting")]
    await work_off(mailing)
    again = await ask(mailing, owner, "POST", path, {"email": mail}, 202)
    assert again["letters"][0]["state"] == "sent", "the same revision is one letter"
    named = {"session_id": session_id, "email": mail, "name": "Ben"}
    await ask(mailing, owner, "POST", "/send_report_email", named, 202)
    await work_off(mailing)
    assert len(postbox[0].letters) == 1
    unknown = {"session_id": "nobody", "email": mail}
    await ask(mailing, owner, "POST", "/send_report_email", unknown, 404)
    await ask(mailing, ben, "POST", path, {"email": mail}, 403)


async def test_what_the_mail_server_does_not_take_now_is_tried_again(
    mailing: Edge, postbox: tuple[Postbox, int]
) -> None:
    owner = await mailing.person(Role.OWNER)
    session_id = await held(mailing, "Ada", BOTH)
    box = postbox[0]
    box.answer = "451 later"
    await ask(
        mailing,
        owner,
        "POST",
        REPORT.format(session_id),
        {"email": owner.stored.document.email},
        202,
    )
    await work_off(mailing)
    documents = mailing.services.storage.documents
    (mail,) = (await documents.of(MAILS, "default").page()).items
    assert (mail.document.state, mail.document.attempts) == ("waiting", 1)
    assert "451" in mail.document.error
    box.answer = ""
    mailing.clock.forward(60)
    await work_off(mailing)
    assert (await box.letter(1))["To"] == owner.stored.document.email


async def test_a_candidate_is_thanked_once_where_the_organisation_wishes_it(
    mailing: Edge, postbox: tuple[Postbox, int]
) -> None:
    owner = await mailing.person(Role.OWNER)
    await held(mailing, "Ada", BOTH)
    await work_off(mailing)
    assert postbox[0].letters == [], "nobody has chosen it"
    await ask(mailing, owner, "PUT", SETTINGS, {"thank_candidates": True})
    await held(mailing, "Bobby", BOTH, title="Cook")
    await work_off(mailing)
    await mailing.create(name="Cid", email="cid@example.com")
    await work_off(mailing)
    (letter,) = postbox[0].letters
    assert letter["To"] == "5@example.com" and "thank you" in letter["Subject"]
    assert "hr@x.example" in words(letter) and "“Cook”" in words(letter)


async def test_administrators_see_whether_mail_works_and_try_it(
    mailing: Edge, postbox: tuple[Postbox, int]
) -> None:
    admin = await mailing.person(Role.ADMINISTRATOR)
    status = await ask(mailing, admin, "GET", "/email_status")
    assert (status["configured"], status["why"], status["waiting"]) == (True, "", 0)
    assert "jobs@x.example" in status["sender"]
    sent = await ask(mailing, admin, "POST", "/test_email", {}, 202)
    assert sent["to"] == admin.stored.document.email
    await work_off(mailing)
    assert (await postbox[0].letter(1))["Subject"].endswith("e-mail works")
    assert (await ask(mailing, admin, "GET", "/email_status"))["sent"] == 1
    owner = await mailing.person(Role.OWNER)
    for method, path in (("GET", "/email_status"), ("POST", "/test_email")):
        await ask(mailing, owner, method, path, {} if method == "POST" else None, 403)


async def test_without_a_mail_server_it_is_said_and_nothing_is_kept(edge: Edge) -> None:
    owner = await edge.person(Role.OWNER, Role.ADMINISTRATOR)
    chosen = {"report_recipients": [ADMIN], "thank_candidates": True}
    kept = await ask(edge, owner, "PUT", SETTINGS, chosen)
    assert "VIVA_SMTP_URL" in kept["mail_disabled"]
    session_id = await held(edge, "Ada", BOTH)
    await work_off(edge)
    refused = await ask(edge, owner, "POST", REPORT.format(session_id), {}, 409)
    assert "make a link to the report" in refused["detail"]
    await ask(edge, owner, "POST", "/test_email", {}, 409)
    status = await ask(edge, owner, "GET", "/email_status")
    assert (status["configured"], status["sender"]) == (False, None) and status["why"]
    guide = await ask(edge, owner, "GET", "/email_setup_guide")
    assert "VIVA_SMTP_URL" in guide["steps"][0]
    assert (await edge.services.storage.documents.of(MAILS, "default").page()).total == 0
    wrong = await ask(edge, owner, "PUT", SETTINGS, {"report_recipients": ["nobody"]}, 400)
    assert wrong["field"].startswith("report_recipients")


async def test_letters_wear_the_organisations_theme(
    mailing: Edge, postbox: tuple[Postbox, int]
) -> None:
    owner = await mailing.person(Role.OWNER, Role.ADMINISTRATOR)
    theme = {"primary_color": "#8a145a", "text_color": "#eeeeee", "company_logo": SEED_LOGO}
    path = "/api/v1/interviewer/settings/theme"
    worn = await ask(mailing, owner, "PUT", path, theme)
    await ask(mailing, owner, "PUT", SETTINGS, {"report_recipients": ["boss@y.example"]})
    await held(mailing, "Ada", BOTH, title="Cook")
    await work_off(mailing)
    body = (await postbox[0].letter(1)).get_body(("html",))
    assert body is not None
    page = body.get_content()
    assert "background:#8a145a;color:#ffffff" in page and worn["company_logo"] in page
    assert "#eeeeee" not in page, "text that could not be read is ours"
