"""All exports beside mail, in their order, with the day on which each was taken."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

from weakties.demo import address_books as books
from weakties.demo import chat_files, linkedin_files, social_files
from weakties.demo.acquaintances import Acquaintances
from weakties.demo.calendar_file import write_calendar
from weakties.demo.people import Cast, Person
from weakties.demo.phone_files import write_phone
from weakties.demo.plants import Plants
from weakties.demo.slack_files import write_slack
from weakties.demo.talks import Talks

_FOLDERS = (chat_files.CHATS, "telegram", "linkedin-2024")


def write_exports(
    folder: Path, seed: str, cast: Cast, owner: Person, addresses: Mapping[str, set[str]], busy: frozenset[str]
) -> tuple[Acquaintances, Plants, dict[Path, date]]:
    """Write every export and return who is in them, what was planted, and for each path to import the day on which it was taken.

    seed: of the generators. addresses: person's id -> mail addresses that the mail holds. busy: people with a case of their own.
    """
    rng, aside = (Random(f"{seed} {what}") for what in ("exports", "plants"))  # noqa: S311  an invented world
    for name in _FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for old in (*folder.glob("sms-*.xml"), *folder.glob("calls-*.xml")):
        old.unlink()
    known = Acquaintances(rng, cast, owner, dict(addresses))
    plants = Plants(aside, known, busy)
    talks = Talks(rng, cast.end)
    social_files.plan_instagram(known)
    older, newer = known.older, known.newer
    days: dict[Path, date] = {}
    old_cards, new_cards = books.write_cards(folder, known)
    old_network, network = linkedin_files.write_linkedin(folder, known, talks, plants)
    days |= {old_cards: older, new_cards: newer, old_network: older, network: newer}
    for paths in (
        write_calendar(folder, known), chat_files.write_whatsapp(folder, known, talks, plants),
        chat_files.write_telegram(folder, known, talks), write_phone(folder, known, talks),
        social_files.write_social(folder, known, talks),
    ):  # fmt: skip
        days |= dict.fromkeys(paths, newer)
    for paths in (books.write_google(folder, known), books.write_outlook(folder, known, plants)):
        days |= dict.fromkeys(paths, older)
    days |= dict.fromkeys(books.write_lunches(folder, known), newer)
    return known, plants, days | dict.fromkeys(write_slack(folder, known, talks), newer)
