from __future__ import annotations

from weakties.sources.text import read_text


def test_a_reply_keeps_only_the_new_words() -> None:
    body = "Yes, Tuesday suits me.\n\nOn Mon, 5 Mar 2001 at 10:12, Ana Lopez <ana@example.com> wrote:\n> Tuesday?\n"
    reading = read_text(
        body,
        subject="Re: lunch",
        author="email:me@example.com",
        author_name="Me",
        recipients=[("email:ana@example.com", "Ana Lopez")],
    )
    assert reading.own_words == "Yes, Tuesday suits me."
    assert not reading.asks
