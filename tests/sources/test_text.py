from __future__ import annotations

import importlib.util
import sys
from email import message_from_bytes
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.sources.asks import asks
from weakties.sources.terms import MOST_TERMS, _known_words, terms
from weakties.sources.text import Reading, read_text

# What is measured on the kept messages, less a margin for honest changes of the readers: (precision, recall).
FLOORS = {
    "own lines": (0.94, 0.98),
    "signature found": (0.90, 0.70),
    "signature name": (0.90, 0.70),
    "asks": (0.55, 0.60),
}
EXACT_FLOOR = 0.88


def read(body: str) -> Reading:
    """Maya writes to Ana."""
    return read_text(
        body,
        subject="Re: lunch",
        author="email:maya@example.com",
        author_name="Maya Okafor",
        recipients=[("email:ana@example.com", "Ana Lopez")],
    )


def test_a_reply_keeps_only_the_new_words() -> None:
    reading = read(
        "Yes, Tuesday suits me.\n\nOn Mon, 5 Mar 2001 at 10:12, Ana Lopez <ana@example.com> wrote:\n> Tuesday?\n"
    )
    assert reading.own_words == "Yes, Tuesday suits me."
    assert not reading.asks


def test_a_forward_without_words_says_nothing() -> None:
    reading = read(
        "-----Original Message-----\nFrom: Dan\nSent: now\nTo: Maya\nSubject: x\n\nCan you ask Ruth Weiss?\n"
    )
    assert (reading.own_words, reading.mentions, reading.asks) == ("", (), False)


@pytest.mark.parametrize(
    "words",
    [
        "Could you send me the list?",
        "Are you free on Wednesday?",
        "Please review and let me know of any concerns.",
        "Has anyone used this?",
        "Let me know what you think.",
        "Would you mind?",
        "What time does it start?",
        "Any thoughts?",
    ],
)
def test_it_asks(words: str) -> None:
    assert asks(words)


@pytest.mark.parametrize(
    "words",
    [
        "Thanks, that works.",
        "Please find attached the report.",
        "Please do not hesitate to call.",
        "If there is a problem please call. Let me know if you have any questions.",
        "Who knows? Nobody did.",
        "See http://example.com/?id=1",
        "Are you in debt? Click here to unsubscribe.",
    ],
)
def test_it_does_not_ask(words: str) -> None:
    assert not asks(words)


def test_terms_are_what_it_is_about() -> None:
    words = "Hi Ana, the kiln budget is here. The kiln needs a permit. Thanks, Maya"
    assert terms("Re: [pots] Kiln budget 2024", words, known=[("email:a@b.c", "Ana Lopez")]) == ("kiln", "budget")


def test_terms_leave_out_names_numbers_and_code() -> None:
    words = "Ruth Ruth 12 12 0xdeadbeef foo_bar() foo_bar() x = y; deadbeef01 deadbeef01"
    assert terms("Re: Ruth", words, known=[]) == ()


def test_the_names_of_a_crowd_are_left_out_and_not_remembered() -> None:
    _known_words.cache_clear()
    crowd = [("email:x@y.example", f"Kiln{number} Budget") for number in range(201)]
    assert terms("Kiln7 budget glaze", "glaze", known=crowd) == ("glaze",)
    assert _known_words.cache_info().currsize == 0
    assert terms("Kiln7 budget glaze", "glaze", known=crowd[:200]) == ("glaze",)
    assert _known_words.cache_info().currsize == 1


@given(st.text(), st.text(), st.text(), st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_any_text_can_be_read(body: str, subject: str, name: str, recipients: list[tuple[str, str]]) -> None:
    reading = read_text(body, subject=subject, author=f"email:{name}@b.c", author_name=name, recipients=recipients)
    assert len(reading.own_words) <= len(body)
    assert len(reading.terms) <= MOST_TERMS
    assert reading == read_text(
        body, subject=subject, author=f"email:{name}@b.c", author_name=name, recipients=recipients
    )


_LINES = st.sampled_from(
    """> quoted
>> deeper

words
-- \nMaya Okafor
On 5 May 2001, Ana <a@b.c> wrote:
---
diff --git a b
From: Ana
To: Dan
Subject: x
03/05/2001 10:12 AM
_______
please meet Ana
+1 416 555 0100""".splitlines()
)


@given(st.lists(_LINES, max_size=30))
def test_no_quoted_line_is_among_the_words(lines: list[str]) -> None:
    words = read("\n".join(lines)).own_words.split("\n")
    assert not any(line.lstrip().startswith(">") for line in words)
    assert set(words) <= {line.strip() for line in lines} | set(lines) | {""}


def _measure() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "scripts" / "measure_text.py"
    spec = importlib.util.spec_from_file_location("measure_text", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["measure_text"] = module
    spec.loader.exec_module(module)
    return module


def test_the_readers_hold_the_measured_level_on_the_kept_messages() -> None:
    measure = _measure()
    labels = {label["id"]: label for label in measure.read_labels("messages.jsonl")}
    kept = [(labels[ident], message_from_bytes(raw)) for _, ident, raw in measure.kept_messages()]
    assert len(kept) >= 60
    total = measure.score(kept, None)
    found = {"own lines": total.cut, **total.facts}
    for name, (precision, recall) in FLOORS.items():
        tally = found[name]
        assert tally.right / (tally.right + tally.wrong) >= precision, name
        assert tally.right / (tally.right + tally.missed) >= recall, name
    assert total.exact / total.messages >= EXACT_FLOOR


def test_the_labels_name_nobody_but_authors_of_the_public_corpus() -> None:
    for label in _measure().read_labels("messages.jsonl"):
        if "/" not in label["id"]:
            facts = [*(label["mentions"] or []), *((label["signature"] or {}).get("handles", []))]
            facts += [value for key, value in (label["signature"] or {}).items() if key != "handles" and value]
            assert all(len(fact) == 18 and int(fact, 16) >= 0 for fact in facts)
