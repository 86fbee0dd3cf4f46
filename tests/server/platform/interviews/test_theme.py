"""What is worn of a theme: only what everybody can read."""

from __future__ import annotations

import pytest

from server.platform.interviews.theme import (
    ACCENT,
    DARK,
    MIN_CONTRAST,
    WHITE,
    Look,
    Theme,
    contrast,
    look_of,
)


def test_without_a_choice_it_is_ours() -> None:
    assert look_of(None) == Look()


def test_colours_that_can_be_read_are_worn() -> None:
    look = look_of(Theme(primary_color="#8a145a", text_color="#301020", logo="a.png"))
    assert (look.accent, look.on_accent, look.ink) == ("#8a145a", WHITE, "#301020")
    assert look.logo == "a.png"


@pytest.mark.parametrize("colour", ["#ffee00", "#eeeeee", "#777777", "#0000ff", "#000000"])
def test_whatever_is_chosen_every_pair_can_be_read(colour: str) -> None:
    look = look_of(Theme(primary_color=colour, text_color=colour))
    assert contrast(look.accent, WHITE) >= MIN_CONTRAST
    assert contrast(look.on_accent, look.accent) >= MIN_CONTRAST
    assert contrast(look.ink, WHITE) >= MIN_CONTRAST
    if contrast(colour, WHITE) < MIN_CONTRAST:
        assert (look.accent, look.ink) == (ACCENT, DARK)
