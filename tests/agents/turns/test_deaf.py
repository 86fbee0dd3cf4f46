"""A microphone that gives nothing, on a clock that only moves when told."""

from __future__ import annotations

from agents.turns.deaf import LOOK_S, Deaf


def look(deaf: Deaf, since_s: float, until_s: float) -> float | None:
    """Look every `LOOK_S`; when it was noticed."""
    for step in range(round((until_s - since_s) / LOOK_S)):
        at_s = since_s + (step + 1) * LOOK_S
        if deaf.look(at_s):
            return at_s
    return None


def test_nothing_for_half_a_second_is_noticed_once_and_ends_with_the_next_sound() -> None:
    deaf = Deaf()
    assert not deaf.sound(0.0)
    noticed_s = look(deaf, 0.0, 5.0)
    assert noticed_s is not None and 0.5 <= noticed_s <= 0.71
    assert deaf.now and look(deaf, noticed_s, 5.0) is None
    assert deaf.sound(5.0) and not deaf.now
    assert not deaf.sound(5.02)


def test_packets_that_are_rare_are_heard() -> None:
    """Opus sends one each 0.4 s while nobody speaks."""
    deaf = Deaf()
    for packet in range(20):
        deaf.sound(0.4 * packet)
        assert look(deaf, 0.4 * packet, 0.4 * packet + 0.4) is None


def test_who_has_never_been_heard_is_not_deaf() -> None:
    assert look(Deaf(), 0.0, 60.0) is None


def test_a_process_that_stood_still_has_not_lost_the_sound() -> None:
    """After two seconds of standing still the first look comes before what waits to be read."""
    deaf = Deaf()
    deaf.sound(10.0)
    assert not deaf.look(12.0) and not deaf.look(12.2)
    assert not deaf.sound(12.25)


def test_the_page_knows_better_than_silent_packets() -> None:
    deaf = Deaf()
    deaf.sound(0.0)
    assert deaf.away(True) and deaf.now
    assert not deaf.away(True)
    assert not deaf.sound(0.02) and deaf.now
    assert deaf.away(False) and not deaf.now
