"""HTML mail as text."""

from __future__ import annotations

import time

import pytest

from weakties.sources.markup import html_to_text


def test_blocks_become_lines_and_quotations_are_marked() -> None:
    markup = (
        "<html><head><title>no</title><style>p{}</style></head><body><p>Dear&nbsp;Bob,</p>Lunch <b>to<i>day</i></b>?<br>Ana"
        "<blockquote type=cite><div>Are you <a href='https://x?a>b'>in town</a>?</div></blockquote></body></html>"
    )
    assert html_to_text(markup) == "Dear Bob,\n\nLunch today?\nAna\n\n> Are you in town?"


def test_what_no_reader_sees_is_dropped() -> None:
    assert html_to_text("a<script>if (a<b) alert('</p>')</script>b<!-- c > -->d<?xml e?>f<!DOCTYPE g>") == "abdf"


def test_text_that_only_looks_like_markup_stays() -> None:
    assert html_to_text("1 < 2 &amp; 3 > 2 &lt;ana@x.org&gt; &#" + "9" * 5_000).startswith("1 < 2 & 3 > 2 <ana@x.org> ")


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<a ",
        '<a href="',
        "<script>",
        "<head>",
        "<blockquote>x",
        "<",
        "<a '\"'",
        "&#9999",
        "</",
        "<svg><title>",
        "<p",
    ],
)
def test_hostile_markup_costs_no_more_than_its_length(piece: str) -> None:
    """A quarter of a megabyte each; a parser that looks back takes minutes."""
    start = time.perf_counter()
    html_to_text(piece * (250_000 // len(piece)))
    assert time.perf_counter() - start < 2
