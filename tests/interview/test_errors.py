"""The error tree: stable codes, messages made of fields."""

from __future__ import annotations

from interview import errors


def all_errors() -> list[type[errors.VivaError]]:
    kinds = [errors.VivaError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return [kind for kind in kinds if kind.__module__ == errors.__name__]


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in all_errors()]
    assert len(set(codes)) == len(codes)


def test_messages_and_details_come_from_the_fields() -> None:
    conflict = errors.Conflict("s1", 3, 5)
    assert conflict.message == "session s1 is at 5, not 3"
    assert conflict.details == {"session_id": "s1", "expected_seq": 3, "actual_seq": 5}
    assert conflict.retryable
    assert errors.RateLimited("slow down", 2.5).retry_after_s == 2.5
    gone = errors.Unavailable("tts", "no model")
    assert (gone.component, gone.why) == ("tts", "no model")
    assert str(errors.NotFound("session", "s1")) == "session s1 not found"
    assert errors.InvalidInput("name", "must not be blank").field == "name"
    assert not errors.IllegalTransition("start", "completed").retryable
