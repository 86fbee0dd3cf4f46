"""Letters arrive, once, by a real SMTP server; what it refuses is said and tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from interview.accounts import Role
from interview.errors import Disabled, InvalidInput
from server.jobs.kind import Tools, handlers
from server.jobs.runner import JobRunner
from server.platform.mail.letters import Appointment, Letter, write
from server.platform.mail.outbox import MAILS, NOT_SET_UP, Mail
from server.platform.mail.post import sender
from tests.server.doors import Edge, running
from tests.server.platform.mail.postbox import Postbox, listening

FIELDS = {
    "name": "Ada <b>",
    "title": "Cook",
    "minutes": "20",
    "link": "https://x.example/i/1#t=secret",
}


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    with listening() as found:
        yield found


@pytest.fixture
async def edge(tmp_path: Path, postbox: tuple[Postbox, int]) -> AsyncIterator[Edge]:
    url = f"smtp://127.0.0.1:{postbox[1]}?tls=none"
    async with running(
        tmp_path, smtp_url=url, mail_from="jobs@x.example", contact_email="hr@x.example"
    ) as started:
        yield started


async def deliver(edge: Edge) -> int:
    """Work off what is due."""
    services = edge.services
    tools = Tools(
        sessions=edge.registry,
        storage=services.storage,
        blobs=services.blobs,
        clock=edge.clock,
        evaluator=None,
        build_report=None,  # type: ignore[arg-type]
        references=None,  # type: ignore[arg-type]
        send_mail=sender(services.settings),
        webhooks=None,  # type: ignore[arg-type]
    )
    runner = JobRunner(services.storage, handlers(tools), owner="w", clock=edge.clock)
    return await runner.run_due()


async def post(edge: Edge, **changes: Any) -> str:
    values: dict[str, Any] = {"letter": Letter.INVITATION, "to": "ada@example.com", "key": "i1"}
    return await edge.services.outbox.post("default", fields=FIELDS, **values | changes)


async def kept(edge: Edge, mail_id: str) -> Mail:
    found = await edge.services.storage.documents.of(MAILS, "default").get(mail_id)
    assert found is not None
    return found.document


async def test_a_letter_arrives_once_with_its_calendar_file(
    edge: Edge, postbox: tuple[Postbox, int]
) -> None:
    begins = edge.clock() + timedelta(days=1)
    when = Appointment("u1", "Cook; interview", begins, begins + timedelta(minutes=20))
    first, second = await post(edge, appointment=when), await post(edge, appointment=when)
    assert first == second and await deliver(edge) == 1
    await post(edge)
    await deliver(edge)
    (letter,) = postbox[0].letters
    assert letter["To"] == "ada@example.com" and letter["Reply-To"] == "hr@x.example"
    assert letter["From"] == "Vivavoce <jobs@x.example>"
    assert letter["Subject"] == "Vivavoce: your interview “Cook”"
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None and html is not None
    assert FIELDS["link"] in text.get_content() and "Ada <b>" in text.get_content()
    assert "Ada &lt;b&gt;" in html.get_content() and "<b>" not in html.get_content()
    (calendar,) = letter.iter_attachments()
    assert calendar.get_content_type() == "text/calendar"
    content = calendar.get_content()
    assert f"DTSTART:{begins:%Y%m%dT%H%M%SZ}" in content and "Cook\\; interview" in content
    after = await kept(edge, first)
    assert (after.state, after.attempts, after.text, after.html) == ("sent", 1, "", "")


async def test_a_server_that_cannot_now_is_asked_again_later(
    edge: Edge, postbox: tuple[Postbox, int]
) -> None:
    box = postbox[0]
    box.answer = "451 try later"
    mail_id = await post(edge)
    assert await deliver(edge) == 1 and await deliver(edge) == 0
    waiting = await kept(edge, mail_id)
    assert waiting.state == "waiting" and waiting.error.endswith("the mail server answered 451")
    box.answer = ""
    edge.clock.forward(11)
    assert await deliver(edge) == 1
    assert (await kept(edge, mail_id)).state == "sent" and len(box.letters) == 1


async def test_it_is_given_up_after_two_days(edge: Edge, postbox: tuple[Postbox, int]) -> None:
    postbox[0].answer = "421 closing"
    mail_id, tries = await post(edge), 0
    for _ in range(20):
        tries += await deliver(edge)
        edge.clock.forward(86_400)
    after = await kept(edge, mail_id)
    assert (tries, after.attempts, after.state) == (9, 9, "failed") and after.text == ""


async def test_a_mailbox_that_does_not_exist_is_not_tried_again(
    edge: Edge, postbox: tuple[Postbox, int]
) -> None:
    postbox[0].answer = "550 no such user ada@example.com"
    mail_id = await post(edge)
    assert await deliver(edge) == 1
    after = await kept(edge, mail_id)
    assert after.state == "failed" and "550" in after.error and "ada" not in after.error


async def test_the_list_shows_how_each_ended_and_tries_again(
    edge: Edge, postbox: tuple[Postbox, int]
) -> None:
    owner, stranger = (
        await edge.person(Role.OWNER),
        await edge.person(Role.OWNER, organisation_id="b"),
    )
    postbox[0].answer = "451 later"
    mail_id = await post(edge, about="s1")
    await deliver(edge)
    answer = await edge.client.get("/api/v1/outbox?state=waiting", headers=owner.headers)
    body = await answer.json()
    assert body["disabled"] == "" and body["total"] == 1 and "text" not in body["items"][0]
    again = f"/api/v1/outbox/{mail_id}/again"
    assert (await edge.client.post(again, headers=stranger.headers)).status == 404
    postbox[0].answer = ""
    assert (await edge.client.post(again, headers=owner.headers)).status == 200
    assert await deliver(edge) == 1 and len(postbox[0].letters) == 1
    assert (await edge.client.post(again, headers=owner.headers)).status == 404


async def test_what_is_erased_is_not_sent(edge: Edge, postbox: tuple[Postbox, int]) -> None:
    await post(edge, about="s1")
    assert await edge.services.outbox.forget("default", "s1") == 1
    assert await deliver(edge) == 1 and postbox[0].letters == []


async def test_every_letter_can_be_written(edge: Edge) -> None:
    """With all fields there are; and without any it is refused before it is stored."""
    names = "candidate inviter organisation hours deadline contact happened settings".split()
    fields = FIELDS | dict.fromkeys([*names, "subject"], "x")
    for letter in Letter:
        await edge.services.outbox.post("default", letter, "a@b.example", fields, key=letter)
        with pytest.raises(InvalidInput, match=letter):
            await edge.services.outbox.post("default", letter, "a@b.example", {}, key="none")


def test_a_letter_can_be_read_and_pressed_in_any_mail_program() -> None:
    """Nobody is called by an address; what can be followed is a link, and no name is one."""
    fields = FIELDS | {"name": "ada@example.com", "title": "https://x.test", "deadline": "tomorrow"}
    written = write(Letter.INVITATION, fields | {"contact": "hr@x.example"}, company="X & Y")
    assert written.text.startswith("Hello,\n\nX & Y invites you")
    assert written.html.count('href="https://x.example/i/1#t=secret"') == 2
    assert 'href="mailto:hr@x.example"' in written.html
    assert 'href="https://x.test' not in written.html
    assert "prefers-color-scheme: dark" in written.html
    recorded = write(
        Letter.INVITATION, fields | {"recorded": "recorded", "opens": "today"}, company="X"
    )
    assert "recording yourself" in recorded.text and "You can begin from today." in recorded.text
    assert "avatar" not in recorded.text and "Typing" not in recorded.text


async def test_not_set_up_is_one_clear_sentence(tmp_path: Path) -> None:
    async with running(tmp_path) as edge:
        with pytest.raises(Disabled, match="Copy the link"):
            await post(edge)
        owner = await edge.person(Role.OWNER)
        answer = await edge.client.get("/api/v1/outbox", headers=owner.headers)
        assert (await answer.json())["disabled"] == NOT_SET_UP
        answer = await edge.client.post("/api/v1/outbox/x/again", headers=owner.headers)
        assert answer.status == 409 and (await answer.json())["code"] == "disabled"
