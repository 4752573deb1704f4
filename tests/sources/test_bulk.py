"""What the headers say of lists, newsletters and machines. Every message here is invented."""

from __future__ import annotations

import pytest

from weakties.sources.bulk import WORDS, bulk_words
from weakties.sources.headers import parse_headers


def words(*fields: str) -> str:
    return bulk_words(parse_headers("\n".join(("From: Ana <ana@example.com>", *fields, "", "")).encode())[0])


def test_a_plain_message_says_nothing() -> None:
    assert words("To: bob@example.com", "Subject: Lunch", "Auto-Submitted: no", "X-Mailer: Outlook 16") == ""
    assert words("Feedback-ID: i1:Fastmail", "X-Pm-Spamscore: 0") == ""


@pytest.mark.parametrize(
    "fields",
    [
        ["List-Id: <team.example.com>", "List-Post: <mailto:team@example.com>", "List-Unsubscribe: <https://x>"],
        ["Mailing-List: contact team-help@example.com; run by ezmlm", "Precedence: bulk"],
        ["X-Mailing-List: <team@example.com>", "Precedence: bulk"],
        ["X-BeenThere: team@example.com", "X-Mailman-Version: 2.1"],
        ["List-Id: <team.example.com>", "Precedence: list"],
    ],
)
def test_a_list_that_can_be_posted_to_is_a_list_and_nothing_worse(fields: list[str]) -> None:
    assert words(*fields) == "list"


@pytest.mark.parametrize(
    "fields",
    [
        ["List-Unsubscribe: <https://example.com/u>"],
        ["List-Id: <news.example.com>", "List-Post: NO", "List-Unsubscribe: <mailto:u@example.com>"],
        ["Feedback-ID: 1:2:3:acme"],
        ["X-Mailer: MailChimp Mailer"],
        ["X-CampaignID: 12"],
    ],
)
def test_what_can_be_unsubscribed_from_but_not_posted_to_is_a_newsletter(fields: list[str]) -> None:
    assert words(*fields) == "newsletter"


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "Precedence: auto_reply",
        "Return-Path: <>",
        "Content-Type: multipart/report; report-type=delivery-status",
        "X-Auto-Response-Suppress: All",
        "Subject: Automatic reply: Lunch",
        "Subject: Out of Office: back on Monday",
    ],
)
def test_what_a_program_answered_is_auto(field: str) -> None:
    assert words(field) == "auto"


def test_a_bounce_is_auto_by_its_sender() -> None:
    headers, _ = parse_headers(b"From: Mail Delivery System <MAILER-DAEMON@example.com>\n\n")
    assert bulk_words(headers) == "auto"


@pytest.mark.parametrize(
    "field",
    ["X-GitHub-Reason: mention", "X-Jira-FingerPrint: 1", "X-Bugzilla-Who: a@b.c", "X-Cron-Env: <SHELL=/bin/sh>"],
)
def test_a_system_that_names_itself_is_a_bot(field: str) -> None:
    assert words(field) == "bot"


def test_bulk_without_a_list_and_spam_by_a_filter() -> None:
    assert words("Precedence: bulk") == "bulk"
    assert words("X-Spam-Flag: YES") == "spam"
    assert words("X-Spam-Status: No, score=-1") == ""


def test_words_come_in_one_order() -> None:
    said = words(
        "X-Spam-Flag: YES", "Precedence: junk", "X-Cron-Env: x", "Auto-Submitted: auto-generated", "Feedback-ID: x"
    )
    assert said == "newsletter auto bot bulk spam"
    assert [word for word in WORDS if word in said.split()] == said.split()
