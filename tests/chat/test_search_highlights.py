"""Where the matches are, as clients show them"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.search.fold import fold, fold_with_places
from chat.search.highlights import SNIPPET, highlights
from chat.search.query import parse


def marked(content: str, q: str) -> str:
    """The snippet with brackets around its matches, as JavaScript would cut it."""
    (found,) = highlights(content, parse(q).terms)
    units: bytes = found["snippet"].encode("utf-16-le")
    shown, at = b"", 0
    for start, end in found["ranges"]:
        shown += units[2 * at : 2 * start] + "[".encode("utf-16-le")
        shown += units[2 * start : 2 * end] + "]".encode("utf-16-le")
        at = end
    return (shown + units[2 * at :]).decode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "q", "expected"),
    [
        ("The Report is ready", "report", "The [Report] is ready"),
        ("tea, more tea", "tea", "[tea], more [tea]"),
        ("tea for two", "two tea", "[tea] for [two]"),
        ("teatea", "tea", "[teatea]"),
        ("in der Straße am See", "strasse", "in der [Straße] am See"),
        ("in der Straße am See", "ass", "in der Str[aß]e am See"),
        ("Cafe\u0301 Noir", "café", "[Cafe\u0301] Noir"),
        ("🎉 party 🎉", "party", "🎉 [party] 🎉"),
        ("👍🏽 fine", "👍 fine", "[👍]🏽 [fine]"),
        ("来週、日本に行きます", "日本", "来週、[日本]に行きます"),
        ("か\u3099っこう", "が", "[か\u3099]っこう"),
        ("ｶﾞｯｺｳ", "ガ", "[ｶﾞ]ｯｺｳ"),
        ("ﬁne", "f", "[ﬁ]ne"),
        ("كَيْفَ حالك", "كيف", "[كَيْفَ] حالك"),
        ("don\u2019t", "don't", "[don\u2019t]"),
    ],
)
def test_matches(content: str, q: str, expected: str) -> None:
    assert marked(content, q) == expected


def test_without_words_there_is_nothing_to_show() -> None:
    assert highlights("tea", []) == []


@pytest.mark.parametrize("at", [0, 30, 100, 500, 996])
@pytest.mark.parametrize("letter", ["x", "é", "日", "🎉"])
def test_a_long_message_is_cut_around_the_first_match(at: int, letter: str) -> None:
    content = letter * at + "tea" + letter * (997 - at)
    (found,) = highlights(content, ["tea"])
    assert len(found["snippet"]) <= SNIPPET
    assert found["snippet"].startswith("…") == (at > 60)
    assert "[tea]" in marked(content, "tea")


@given(st.text(), st.data())
def test_every_part_of_any_text_is_found_in_it(content: str, data: Any) -> None:
    folded, places = fold_with_places(content)
    assert len(places) == len(folded) + 1
    assert places == sorted(places)
    assert fold(content) == fold(fold(content))
    if folded:
        start = data.draw(st.integers(0, len(folded) - 1))
        end = data.draw(st.integers(start + 1, len(folded)))
        (found,) = highlights(content, [folded[start:end]])
        assert found["ranges"] or len(content) > SNIPPET
