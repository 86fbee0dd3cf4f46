"""Fields that people type into, and the sentences about what is wrong with them."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt, ValidationError

from server.sentences import OTHERWISE, first, public
from server.text import AnswerText, Email, Identity, Line, Name, email_address


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("O'Brien@example.ie", "O'Brien@example.ie"),
        ("first+tag@example.com", "first+tag@example.com"),
        ("ünï@exämple.de", "ünï@exämple.de"),
        ("JOHN@EXAMPLE.COM", "JOHN@example.com"),
        (" john@example.com\u200b\n", "john@example.com"),
        ("\u202ejohn@example.com", "john@example.com"),
        ("admin@localhost", "admin@localhost"),
        ("a@b", "a@b"),
        ("ann@office.local", "ann@office.local"),
        ("ann@example.test", "ann@example.test"),
    ],
)
def test_addresses(written: str, stored: str) -> None:
    assert email_address(written) == stored


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200b", "nobody", "john@example.com,", "<john@example.com>",
     "mailto:john@example.com", "john@example.com;", "john@example..com", "john.@example.com",
     ".john@example.com", "john@-example.com", "john\x00@example.com", "john@exa\x01mple.com",
     "jo\u200bhn@example.com", '"quoted user"@example.com', "user@[192.168.0.1]",
     "a" * 65 + "@example.com", "john@exam,ple.com", "john(comment)@example.com",
     "jo<script>@x.com", "john@example.com>", "'john@example.com'", "Ann <ann@example.com>",
     "a@b.c, d@e.f", "john@example.com\u202e.org", "john@\u202eexample.com", "@", "a@", "@b",
     "a@" + "b" * 64 + ".com", "a@" + "b.c" * 100],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"^it (is not an e-mail address|must not be blank)$"):
        email_address(text)


class Form(BaseModel):
    name: Name = Field(default="Ada", max_length=5)
    title: Line | None = Field(default=None, max_length=3)
    email: Email = "a@b.c"
    answer: AnswerText = ""
    answer_id: Identity = "a"
    level: StrictInt = Field(default=1, ge=1, lt=4)
    pause_s: StrictFloat | None = Field(default=None, gt=0, le=2)
    on: StrictBool = True
    words: list[Line] = Field(default=[], min_length=0, max_length=2)
    inner: dict[str, StrictInt] = {}


@pytest.mark.parametrize(
    ("sent", "field", "why"),
    [
        ('{"name": "abcdef"}', "name", "it has at most 5 characters"),
        ('{"name": "\u200b"}', "name", "it must not be blank"),
        ('{"name": 5}', "name", "it must be text"),
        ('{"name": "a\\u0000b"}', "name", "it must not hold control characters"),
        ('{"title": "abcd"}', "title", "it has at most 3 characters"),
        ('{"email": "a@b,c"}', "email", "it is not an e-mail address"),
        ('{"answer_id": "a\\u0000"}', "answer_id", "it has characters that do not belong here"),
        ('{"level": "1"}', "level", "it must be a whole number"),
        ('{"level": 0}', "level", "it must be at least 1"),
        ('{"level": 4}', "level", "it must be below 4"),
        ('{"pause_s": "1"}', "pause_s", "it must be a number"),
        ('{"pause_s": 0}', "pause_s", "it must be above 0"),
        ('{"pause_s": 3}', "pause_s", "it must be at most 2"),
        ('{"on": 1}', "on", "it must be true or false"),
        ('{"words": "a"}', "words", "it must be a list"),
        ('{"words": ["a", "b", "c"]}', "words", "it has at most 2 entries"),
        ('{"words": ["a", 1]}', "words.1", "it must be text"),
        ('{"inner": {"a": 1.5}}', "inner.a", "it must be a whole number"),
        ("[]", "body", "it must be an object"),
        ("{", "body", "it is not JSON"),
    ],
)
def test_every_fault_is_a_sentence_of_ours(sent: str, field: str, why: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Form.model_validate_json(sent)
    assert first(caught.value.errors(include_url=False, include_input=False)) == (field, why)
    assert why != OTHERWISE


def test_a_program_in_the_old_markers_stays_as_typed() -> None:
    typed = " why\n[CODE]\n  x\u00a0= 1\n[/CODE]\n"
    assert Form(answer=typed).answer == typed
    assert Form(answer=" why\u00a0not ").answer == "why not"


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("stt is unavailable: ValueError: no such word", "stt is unavailable: it failed inside"),
        (
            "The voice cannot speak: RuntimeError: CUDA [1] x.",
            "The voice cannot speak: it failed inside.",
        ),
        (
            "livekit:openai.TTS failed (APIStatusError).",
            "livekit:openai.TTS failed (it failed inside).",
        ),
        (
            "yunet: cv2.error.CvException: bad; dlib: OSError: no file",
            "yunet: it failed inside; dlib: it failed inside",
        ),
        ("Speech recognition is switched off.", "Speech recognition is switched off."),
        (
            "whisper-base: model.bin is missing; run it",
            "whisper-base: model.bin is missing; run it",
        ),
    ],
)
def test_no_exception_is_shown_to_anybody(reason: str, told: str) -> None:
    assert public(reason) == told


def test_reasons_for_people_name_no_variable_and_no_path() -> None:
    assert public("Set VIVA_LLM_BASE_URL first.") == "Set a setting first."
    assert public("cannot open /root/.cache/models/a.onnx") == "cannot open a file"
    kept = "Needs 3 GB of memory; see https://example.org/a/b and/or ask. UTF-8, PCM16."
    assert public(kept) == kept
