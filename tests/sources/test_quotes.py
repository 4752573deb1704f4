from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.sources.quotes import cut


def own(body: str) -> list[str]:
    parts = cut(body)
    return [parts.lines[i].strip() for i in parts.own if parts.lines[i].strip()]


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, 5 Mar 2001 at 10:12, Ana Lopez <ana@example.com> wrote:",
        "On Mon, 5 Mar 2001 at 10:12, Ana Lopez\n<ana@example.com> wrote:",
        "On Mon, 05 Mar 2001 10:12:42 PDT,\n\tAna Lopez <ana@example.com> wrote:",
        "Le 5 mars 2001 à 10:12, Ana Lopez a écrit :",
        "Am 05.03.2001 um 10:12 schrieb Ana Lopez:",
        "El 5 de marzo de 2001, Ana Lopez escribió:",
        "Em 5 de março de 2001 10:12, Ana Lopez escreveu:",
        "Il giorno 5 marzo 2001 Ana Lopez ha scritto:",
        "Op 5 maart 2001 schreef Ana Lopez:",
        "2001-03-05 10:12 GMT+01:00 Ana Lopez <ana@example.com>:",
        "Ana Lopez writes:",
        "* Ana Lopez:",
        "[Ana Lopez]",
        "Ana Lopez <ana@example.com> [2001-03-05 10:12]:",
    ],
)
def test_the_line_that_opens_a_quotation_is_cut_with_it(attribution: str) -> None:
    assert own(f"Good.\n\n{attribution}\n> Tuesday?\n\nTuesday it is.\n") == ["Good.", "Tuesday it is."]


def test_words_between_quotes_are_the_authors() -> None:
    body = "On 5 March 2001, Ana wrote:\n> One?\nYes.\n> Two?\n> Really two?\n\nNo, three.\n"
    assert own(body) == ["Yes.", "No, three."]


def test_a_sentence_that_ends_in_said_is_no_attribution() -> None:
    assert own("Hello,\nthis is what he wrote:\nNothing at all.\n") == [
        "Hello,",
        "this is what he wrote:",
        "Nothing at all.",
    ]


@pytest.mark.parametrize(
    "block",
    [
        "-----Original Message-----\nFrom: Ana\nSent: Monday\nTo: Dan\nSubject: Lunch\n\nLunch?",
        " -----Ursprüngliche Nachricht-----\nVon: Ana\n\nMittag?",
        "________________________________\nFrom: Ana Lopez\nSent: Monday, March 5, 2001\nTo: Dan\nSubject: Lunch\n\nLunch?",
        "Begin forwarded message:\n\nFrom: Ana\n\nLunch?",
        "---------- Forwarded message ---------\nFrom: Ana\n\nLunch?",
        "---------------------- Forwarded by Ana Lopez/HOU/ACME on 03/05/2001 \n10:12 AM ---------------------------\n\nLunch?",
        '"Lopez, Ana" <ana@example.com>@ACME on 03/05/2001 10:12:13 AM\nTo: Dan\ncc: \nSubject: Lunch\n\nLunch?',
        "Ana Lopez\n03/05/2001 10:12 AM\nTo: Dan Reyes/HOU/ACME@ACME, Eva \nKim/HOU/ACME@ACME\ncc: \n\nSubject: Lunch\n\nLunch?",
        "\tAna Lopez@ACME 03/05/2001 10:12 AM \t   To: Dan Reyes  cc:   Subject: Lunch\n\nLunch?",
        "From:  Ana Lopez              03/05/2001 10:12 AM\n\t\nTo: Dan\ncc: \nSubject: Lunch\n\nLunch?",
    ],
)
def test_everything_below_a_pasted_message_is_cut(block: str) -> None:
    assert own(f"See below.\n\n{block}\n") == ["See below."]


def test_words_after_a_forward_that_says_where_it_ends_are_kept() -> None:
    body = "Look:\n----- Forwarded message from Ana -----\nLunch?\n----- End forwarded message -----\nShall we?\n"
    assert own(body) == ["Look:", "Shall we?"]


@pytest.mark.parametrize(
    "footer",
    [
        "_______________________________________________\nTalk mailing list\nTalk@lists.example.org",
        "-------------------------------------------------------\nThis sf.net email is sponsored by: Gadgets\nhttp://sf.net",
        "__________________________________________________\nDo You Yahoo!?\nTalk to your friends",
        "------------------------ Yahoo! Groups Sponsor ---------------------~-->\nFree!\n-----~->",
        "To unsubscribe from this group, send an email to:\ntalk-unsubscribe@example.org",
        "http://example.org/mailman/listinfo/talk",
        "Sent from my iPhone",
        "This e-mail and any attachments are confidential and intended solely for the addressee.\nIf it came in error, tell us.",
        "********\nThis e-mail is the property of Acme and may contain confidential material.\nAny use by others is forbidden.\n***",
        "-----BEGIN PGP SIGNATURE-----\nVersion: 1\n\niQA\n-----END PGP SIGNATURE-----",
        " - budget.xls",
        "(See attached file: budget.xls)",
    ],
)
def test_what_programs_add_is_cut(footer: str) -> None:
    assert own(f"See you there.\n\n{footer}\n") == ["See you there."]


def test_the_words_of_a_signed_message_stay() -> None:
    body = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nHello\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n"
    assert own(body) == ["Hello"]


def test_of_a_patch_only_the_words_stay() -> None:
    body = (
        "From: Ana Lopez <ana@example.com>\n\nStop the leak.\n\nSigned-off-by: Ana Lopez <ana@example.com>\n---\n a.c | 2 +-\n"
        " 1 file changed, 1 insertion(+)\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-x\n+y\n-- \n2.20.1\n"
    )
    assert own(body) == ["Stop the leak."]


def test_words_below_a_patch_in_a_discussion_stay() -> None:
    body = "Why not this:\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-x\n+y\nIt is shorter.\n"
    assert own(body) == ["Why not this:", "It is shorter."]


def test_quotes_by_initials_and_bars_are_quotes() -> None:
    assert own("AL> Lunch?\n    | at one\nYes.\n") == ["Yes."]


def test_a_table_and_an_escaped_from_are_no_quotes() -> None:
    assert own(">From Monday on:\n| a | b |\n") == [">From Monday on:", "| a | b |"]


def test_the_rest_of_a_line_that_a_mailer_broke_belongs_to_the_quote() -> None:
    long = "> a line that was so long that some program on its way broke it in"
    assert own(f"{long}\ntwo\n> and went on\n\nRight.\n") == ["Right."]


@pytest.mark.parametrize(
    "text",
    [
        ">" * 1_000_000,
        "On On On " * 111_111,
        "On On On\n" * 111_111,
        ">\n" * 500_000,
        "From: a\n" * 60_000,
        "---\n" * 60_000,
    ],
)
def test_a_hostile_message_takes_time_in_proportion_to_its_length(text: str) -> None:
    started = time.perf_counter()
    cut(text)
    # Measured at most 0.18 s; the margin is for a slow and busy machine.
    assert time.perf_counter() - started < 1.0


@given(st.text())
def test_cutting_never_adds_or_repeats_a_line(body: str) -> None:
    parts = cut(body)
    indices = sorted(parts.own + [i for foot in parts.feet for i in foot])
    assert len(indices) == len(set(indices))
    assert all(0 <= i < len(parts.lines) for i in indices)
