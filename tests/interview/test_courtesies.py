"""Small words in the language of the interview."""

from __future__ import annotations

import pytest

from interview import courtesies
from interview.languages import RECOGNISED


@pytest.mark.parametrize("language", sorted(courtesies.ACKNOWLEDGEMENTS))
def test_no_word_of_thanks_comes_twice_in_a_row(language: str) -> None:
    said = [courtesies.acknowledgement(language, number) for number in range(12)]
    assert all(len(text) > 1 and text[-1] in ".。।" for text in said)
    assert all(one != other for one, other in zip(said, said[1:], strict=False))
    assert courtesies.go_on(language)


def test_languages_are_the_recognisers_and_codes_are_read_as_people_write_them() -> None:
    assert set(courtesies.ACKNOWLEDGEMENTS) == set(courtesies.GO_ON) <= RECOGNISED
    assert courtesies.acknowledgement("de-AT", 0) == courtesies.acknowledgement("deu", 0)
    assert courtesies.go_on("nb") == courtesies.go_on("no")


def test_a_language_without_wording_is_not_spoken_to() -> None:
    assert courtesies.acknowledgement("sw", 3) == courtesies.go_on("sw") == ""
