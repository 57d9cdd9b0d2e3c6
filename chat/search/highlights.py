"""Where in a message the words are, as a client shows it."""

from __future__ import annotations

from typing import Any

from chat.search.fold import fold_with_places

SNIPPET = 200  # characters, the dots where it was cut included
LEAD = 60  # characters before the first match


def highlights(content: str, terms: list[str]) -> list[dict[str, Any]]:
    """The part of a message around the first match: [{snippet, ranges}], or [] where nothing was looked for.

    `ranges` are [start, end] within the snippet in UTF-16 code units, as JavaScript counts.
    """
    if not terms:
        return []
    ranges = _ranges(content, terms)
    start = max(0, ranges[0][0] - LEAD) if ranges and len(content) > SNIPPET else 0
    start = max(0, min(start, len(content) - SNIPPET + 1))
    before = "…" if start else ""
    end = min(len(content), start + SNIPPET - len(before))
    after = ""
    if end < len(content):
        end, after = end - 1, "…"
    snippet = f"{before}{content[start:end]}{after}"
    shift = len(before) - start
    inside = [(max(first, start), min(last, end)) for first, last in ranges if first < end and last > start]
    return [{"snippet": snippet, "ranges": [[_units(snippet[: place + shift]) for place in pair] for pair in inside]}]


def _ranges(content: str, terms: list[str]) -> list[tuple[int, int]]:
    """All matches, in order, those that touch as one."""
    folded, places = fold_with_places(content)
    found = []
    for term in terms:
        at = folded.find(term)
        while at >= 0:
            found.append((places[at], _end(places, at + len(term))))
            at = folded.find(term, at + len(term))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _end(places: list[int], at: int) -> int:
    """Where a match ends that is over before the folded character `at`: one letter may fold to several."""
    last = places[at - 1]
    while places[at] == last:
        at += 1
    return places[at]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
