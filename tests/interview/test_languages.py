"""Codes as people write them reach the recogniser as it knows them."""

from __future__ import annotations

import pytest

from interview.languages import RECOGNISED, language_name, recognised_as


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("pt-BR", "pt"),
        ("zh-Hant-TW", "zh"),
        ("yue-HK", "zh"),
        ("nb", "no"),
        ("nb-NO", "no"),
        ("nn", "nn"),
        ("iw", "he"),
        ("deu", "de"),
        ("eng-US", "en"),
        ("fil-PH", "tl"),
        (" fr ", "fr"),
        ("xx", None),
        ("tlh", None),
        ("", None),
        ("-", None),
    ],
)
def test_regions_scripts_and_three_letters(written: str, known: str | None) -> None:
    assert recognised_as(written) == known


def test_every_code_of_the_recogniser_stands_for_itself() -> None:
    assert {recognised_as(code) for code in RECOGNISED} == RECOGNISED


def test_names() -> None:
    assert (language_name("es-MX"), language_name("tlh")) == ("Spanish", "tlh")
