"""Whose work a Reviewed-by, Acked-by or Tested-by stands for, and when that is not certain."""

from __future__ import annotations

import pytest

from weakties.facts import handles
from weakties.facts.model import Origin
from weakties.sources import ReadOptions
from weakties.sources.endorsements import endorsed
from weakties.sources.mail import extract_message

MAYA, ANA, BEN = (handles.Handle(f"email:{name}@example.com") for name in ("maya", "ana", "ben"))
PEOPLE = [(ANA, "Ana Lopez"), (BEN, "Ben Okafor")]
QUOTED = (
    "On Mon, 5 Mar 2018 at 10:12, Ana Lopez <ana@example.com> wrote:\n> diff --git a/lens.c b/lens.c\n> + polish();\n"
)


def read(body: str, *, to: tuple[handles.Handle, ...] = (ANA,)) -> handles.Handle | None:
    """Maya answers; Ana and Ben receive it."""
    return endorsed(body, author=MAYA, author_name="Maya Weiss", recipients=PEOPLE, to=to)


@pytest.mark.parametrize(
    "line",
    [
        "Reviewed-by: Maya Weiss <maya@example.com>",
        "Acked-by: maya@example.com",
        "tested-by:  Maya Weiss <MAYA@example.com>",
        "Reviewed-and-tested-by: Maya Weiss <maya@example.com>",
    ],
)
def test_the_authors_own_line_stands_for_whom_the_quote_is_of(line: str) -> None:
    assert read(f"{QUOTED}\nLooks good.\n\n{line}\n") == ANA
    assert read(f"Hi Ana,\n\n{line}\n\n{QUOTED}") == ANA


@pytest.mark.parametrize(
    "body",
    [
        # Of somebody else; quoted; below a patch of one's own; of nobody whom the quote names; no such line.
        f"{QUOTED}\nReviewed-by: Ben Okafor <ben@example.com>\n",
        f"{QUOTED}> Reviewed-by: Maya Weiss <maya@example.com>\n",
        f"{QUOTED}\nReviewed-by: Maya Weiss <maya@example.com>\n---\n lens.c | 2 +-\n",
        "Reviewed-by: Maya Weiss <maya@example.com>\n\nOn Monday Zoe wrote:\n> + polish();\n",
        "Reviewed-by: Maya Weiss <maya@example.com>\n",
        f"{QUOTED}\nLooks good. It was reviewed by Maya Weiss <maya@example.com>\n",
        "",
    ],
)
def test_what_is_not_certain_says_nothing(body: str) -> None:
    assert read(body) is None


def test_of_two_who_are_named_it_is_the_one_who_is_answered() -> None:
    both = QUOTED.replace("wrote:", "wrote, for Ben Okafor:") + "\nAcked-by: <maya@example.com>\n"
    assert read(both) == ANA
    assert read(both, to=(ANA, BEN)) is None


def test_an_answer_to_ones_own_other_address_is_no_word_for_anybody() -> None:
    body = f"{QUOTED}\nAcked-by: <maya@example.com>\n".replace("Ana Lopez", "Maya Weiss")
    assert endorsed(body, author=MAYA, author_name="Maya Weiss", recipients=[(ANA, "Maya Weiss")], to=(ANA,)) is None


def test_a_message_on_a_list_becomes_a_link_from_who_reviews_to_whose_work_it_is() -> None:
    raw = (
        "From: Maya Weiss <maya@example.com>\nTo: Ana Lopez <ana@example.com>\nCc: optics@lists.example\n"
        "List-Id: <optics.lists.example>\nList-Post: <mailto:optics@lists.example>\nDate: Tue, 6 Mar 2018 09:00:00 +0000\n"
        "Message-ID: <2@example.com>\nIn-Reply-To: <1@example.com>\nSubject: Re: [PATCH] polish\n\n"
        f"{QUOTED}\nReviewed-by: Maya Weiss <maya@example.com>\n"
    )
    extract = extract_message(raw.encode(), Origin("list.mbox", 0), folder="", options=ReadOptions())
    (link,) = extract.links
    assert (link.kind, link.a, link.b, link.by, link.event) == ("endorsed", MAYA, ANA, "", extract.events[0].id)
