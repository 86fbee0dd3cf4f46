"""The printed report: its sections, foreign scripts, markup as text, long transcripts (row 49)."""

from __future__ import annotations

import asyncio
import io
import resource
from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pypdf
import pytest

from interview.errors import Unavailable
from interview.judging import Decision, DecisionOutcome, ReviewerNote, Scorecard
from interview.nouns import Band, CandidateDetails, InterviewPlan, Question
from interview.records import ViolationState
from server.platform.reports import pdf
from server.platform.reports.integrity import violation_view
from server.platform.reports.model import JudgedReport, ReportBody
from server.platform.reports.pdf import Dress, content_disposition, file_name, render_pdf
from server.platform.reports.pdf_view import clock, view_of
from server.platform.reports.summary import CAVEAT
from tests.interview.sitting import Sitting, asked, plan_of, violation
from tests.server.platform.reports.sessions import finished_sitting, record_of

HOSTILE = (
    '<script>alert("x")</script> #panic() $x^2$ *bold* _it_ `raw` @ref \\u{41} // gone /* c */ '
    '[link](x) = Heading #include "/etc/passwd" #sys.inputs &amp; {{7*7}}'
)


def text_of(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u200b", "")


def need_fonts(part: str) -> None:
    """Skip where the machine has no font for a script (the words would be boxes)."""
    import typst

    if not any(part in family for family in typst.Fonts().families()):
        pytest.skip(f"no {part} font is installed")


def squeezed(text: str) -> str:
    return "".join(text.split())


def answered_with(content: str, **fields: object) -> Sitting:
    sitting = asked(plan_of(1))
    sitting.hear(2)
    sitting.type("a1", content, **fields)
    return sitting


async def test_all_sections_are_there() -> None:
    document = await render_pdf(record_of(finished_sitting((8.0, None))))
    assert document.startswith(b"%PDF")
    text = text_of(document)
    for heading in (
        "Ann Example",
        "ann@example.org",
        "Integrity",
        "Key figures",
        "Strengths",
        "Areas for improvement",
        "In short",
        "Scores",
        "Answers and scores",
        "Transcript",
        "Course of the interview",
        "How this report was made",
        "no overall score",
        "a person decides",
        "Page 1 of",
        "The interview was not watched",
        "1 of 2 answers scored",
        "100 % of 6:42",
        "“This is what I say”",
    ):
        assert squeezed(heading) in squeezed(text), heading
    first = squeezed(pypdf.PdfReader(io.BytesIO(document)).pages[0].extract_text())
    assert squeezed(CAVEAT) in first, "the caveat stands on the first page"


async def test_what_people_made_of_it_stands_above_what_software_found() -> None:
    """Decision, scorecard, note and tags, in front of the first score; the decision is the head."""
    record = record_of(finished_sitting())
    at = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    body = ReportBody.model_validate(record.body)
    judged = JudgedReport(
        decision=Decision(
            outcome=DecisionOutcome.HOLD, reason="One more talk.", by="staff:ann", at=at
        ),
        scorecards=(Scorecard(by="staff:bob", at=at, overall=Band.SOME, comment="Knows queues."),),
        notes=(ReviewerNote(note_id="n1", text="Ask about Kafka.", by="staff:cid", at=at),),
        tags=("backend",),
    )
    told = body.model_copy(update={"judged": judged})
    document = await render_pdf(record.model_copy(update={"body": told.model_dump(mode="json")}))
    pages = [squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(document)).pages]
    text = "".join(pages)
    people = [
        text.index(squeezed(words))
        for words in ("Hold", "One more talk.", "Knows queues.", "Ask about Kafka.", "backend")
    ]
    software = [text.index(squeezed(words)) for words in ("In short", "Key figures", "How sure")]
    assert max(people) < min(software), (people, software)
    assert squeezed("decided by ann") in pages[0] and squeezed(CAVEAT) in pages[0]


async def test_the_document_is_tagged_and_named() -> None:
    reader = pypdf.PdfReader(io.BytesIO(await render_pdf(record_of(finished_sitting()))))
    catalogue = reader.trailer["/Root"].get_object()
    assert isinstance(catalogue, pypdf.generic.DictionaryObject)
    assert "/StructTreeRoot" in catalogue
    assert str(catalogue["/Lang"]) == "en"
    assert reader.metadata is not None and reader.metadata.title == "Interview report: Ann Example"


async def test_markup_in_an_answer_stays_text() -> None:
    text = text_of(await render_pdf(record_of(answered_with(HOSTILE))))
    assert squeezed(HOSTILE) in squeezed(text)
    assert "root:" not in text


async def test_markup_in_name_title_and_question_stays_text() -> None:
    sitting = finished_sitting()
    plan = InterviewPlan(
        title="#strong[x] <b>",
        questions=(Question(number=1, text="What is `#let x = 1`?"), sitting.plan.questions[1]),
        max_questions=2,
    )
    state = replace(
        sitting.state,
        plan=plan,
        candidate=CandidateDetails(name='"]) #panic("n")', email="a@b.c"),
    )
    sitting._state = state
    text = text_of(await render_pdf(record_of(sitting)))
    assert '"]) #panic("n")' in text
    assert "#strong[x] <b>" in text


@pytest.mark.parametrize(
    "words",
    [
        "Я исправил ошибку в сервисе",
        "Διόρθωσα το σφάλμα",
        "我先看日志然后修复了问题",
        "データベースを直しました",
        "데이터베이스를 고쳤습니다",
        "Zażółć gęślą jaźń, naïve façade, ßåø",
    ],
)
async def test_other_scripts_are_printed(words: str) -> None:
    if max(words) > "\u3000":
        need_fonts("CJK")
    text = text_of(await render_pdf(record_of(answered_with(words))))
    assert squeezed(words) in squeezed(text)


@pytest.mark.parametrize(
    ("words", "letters"), [("أصلحت الخادم", "صلحت"), ("תיקנתי את השרת", "תיקנתי")]
)
async def test_scripts_from_right_to_left_are_printed(words: str, letters: str) -> None:
    import unicodedata

    need_fonts("Arabic" if words > "\u0600" else "Hebrew")
    text = unicodedata.normalize("NFKC", text_of(await render_pdf(record_of(answered_with(words)))))
    assert letters in text or letters[::-1] in text


async def test_control_characters_and_endless_words_do_no_harm() -> None:
    content = "a\x00b\x07c " + "x" * 3_000 + " https://example.org/" + "y/" * 500 + "\ufffe"
    text = text_of(await render_pdf(record_of(answered_with(content))))
    assert "x" * 3_000 in squeezed(text)
    assert "abc" in text


async def test_code_keeps_its_lines() -> None:
    code = "def f(x):\n    # <b>&amp;\n    return x['#a']\n"
    plan = plan_of(1, kinds=("coding",))
    sitting = asked(plan)
    sitting.hear(2)
    sitting.type("a1", "", code=code)
    text = text_of(await render_pdf(record_of(sitting)))
    assert "# <b>&amp;" in text and "return x['#a']" in text


async def test_two_hundred_answers_take_seconds() -> None:
    sitting = finished_sitting((7.0,) * 50)
    body = ReportBody.model_validate(record_of(sitting).body)
    long = body.model_copy(
        update={
            "interview_transcript": body.interview_transcript * 4,
            "answers": body.answers * 4,
        }
    )
    record = record_of(sitting).model_copy(update={"body": long.model_dump(mode="json")})
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    document = await render_pdf(record)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began < 30
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert len(reader.pages) > 40
    assert "Page 40 of" in reader.pages[39].extract_text()


async def test_violations_are_listed_when_there_are_any() -> None:
    sitting = finished_sitting()
    body = ReportBody.model_validate(record_of(sitting).body)
    state = ViolationState(
        violation("v1", message="Two faces were seen", severity="high", start_s=65, end_s=70),
        sitting.now,
        explanation="My daughter came in.",
    )
    body = body.model_copy(update={"proctoring_violations": (violation_view(state),)})
    record = record_of(sitting).model_copy(update={"body": body.model_dump(mode="json")})
    text = text_of(await render_pdf(record))
    assert "Two faces were seen" in text and "1:05" in text and "high" in text
    assert "not reviewed; the candidate says: My daughter came in." in " ".join(text.split())


async def test_an_empty_interview_has_a_document_too() -> None:
    sitting = Sitting()
    text = text_of(await render_pdf(record_of(sitting, recording=None)))
    assert "Nothing was said" in text
    assert "no overall score" in text
    assert "Not final" in text


async def test_the_loop_is_free_while_it_is_typeset() -> None:
    record = record_of(finished_sitting())
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.005)

    ticking = asyncio.ensure_future(tick())
    await render_pdf(record)
    ticking.cancel()
    assert ticks > 5


async def test_a_typesetter_that_does_not_finish_is_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "TIMEOUT_S", 0.01)
    with pytest.raises(Unavailable) as raised:
        await render_pdf(record_of(finished_sitting()))
    assert raised.value.component == "pdf"


def test_the_view_shows_a_dash_for_what_is_null() -> None:
    view = view_of(ReportBody.model_validate(record_of(finished_sitting((None,))).body))
    assert view["overall"] == "–"
    assert all(score["shown"] == "–" for score in view["answers"][0]["scores"])
    assert {line["shown"] for line in view["scores"]} == {"–"}


@pytest.mark.parametrize(
    ("seconds", "shown"), [(None, ""), (0, "0:00"), (61.9, "1:01"), (3_725, "1:02:05")]
)
def test_clock(seconds: float | None, shown: str) -> None:
    assert clock(seconds) == shown


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann Example", "interview_report_Ann_Example.pdf"),
        ("../../etc/passwd", "interview_report_etc_passwd.pdf"),
        ('a"; rm -rf\r\nX: y', "interview_report_a_rm_-rf_X_y.pdf"),
        ("Łukasz Żółć", "interview_report_Łukasz_Żółć.pdf"),
        ("王小明", "interview_report_王小明.pdf"),
        ("///", "interview_report_candidate.pdf"),
    ],
)
def test_file_names_are_safe(name: str, expected: str) -> None:
    assert file_name(name) == expected


def test_the_header_has_both_names_and_no_line_breaks() -> None:
    header = content_disposition("Zoë 王\r\nSet-Cookie: x")
    assert header.startswith('attachment; filename="interview_report_Zoe')
    assert "filename*=UTF-8''interview_report_Zo%C3%AB_%E7%8E%8B" in header
    assert "\r" not in header and "\n" not in header
    assert 'filename="interview_report_candidate.pdf"' in content_disposition("王")


@pytest.mark.parametrize("kind", ["webp", "junk"])
async def test_a_report_wears_the_logo_of_its_organisation(kind: str) -> None:
    """Whatever is in the file, the report is made; what is no picture is left out."""
    picture = b"\x89PNG\r\n\x1a\n junk"
    if kind != "junk":
        done, content = cv2.imencode(f".{kind}", np.full((40, 120, 3), 90, np.uint8))
        assert done
        picture = content.tobytes()
    named = "png" if kind == "junk" else kind
    dress = Dress(accent="#8a145a", logo=picture, kind=named, company="Northwind")
    worn = await render_pdf(record_of(finished_sitting()), dress)
    images = [len(page.images) for page in pypdf.PdfReader(io.BytesIO(worn)).pages]
    assert sum(images) == (0 if kind == "junk" else 1)
    assert "Ann Example" in text_of(worn)
