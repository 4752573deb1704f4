"""Address books: iCloud's cards of today and of two years ago, an old telephone's as Google writes it, the first employer's as
Outlook does, and a table of lunches kept by hand.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from weakties.demo.acquaintances import Acquaintances, Someone
from weakties.demo.desk import stamp
from weakties.demo.packing import short_lines
from weakties.demo.people import folded
from weakties.demo.plants import Plants

CARDS, OLD_CARDS = "contacts.vcf", "contacts-2024.vcf"
GOOGLE, OUTLOOK, LUNCHES = "google-contacts.csv", "outlook-contacts.csv", "lunches.csv"
# Relatives of the owner, as her own card names them: label and name.
_RELATIVES = (
    ("Mother", "Paola Marchetti"), ("Father", "Giancarlo Marchetti"), ("Sister", "Linnea Marchetti"),
    ("Brother", "Elio Marchetti"), ("Partner", "Joakim Fredén"),
)  # fmt: skip


def write_cards(folder: Path, known: Acquaintances) -> list[Path]:
    """Write today's address book and the one of two years ago; return the older first."""
    people = known.booked()
    changed = _changed(known, people)
    rng = known.rng
    revised = {one.id: known.older - timedelta(days=rng.randint(10, 900)) for one in people}
    old = [
        one
        for one in people
        if one in changed or (one.person and one.person.since < known.older and rng.random() < 0.6)
    ]
    older = "".join(_card(known, one, one.older, revised[one.id]) for one in old)
    for number, one in enumerate(changed):
        revised[one.id] = known.newer - timedelta(days=3 + 5 * number)
        known.tell_card(one, revised[one.id])
    newer = "".join(_card(known, one, one.newer, revised[one.id]) for one in people)
    for one in people:
        if one.born:
            known.tell_birthday(one)
    paths = [folder / OLD_CARDS, folder / CARDS]
    for path, text in zip(paths, (older, _own(known) + newer), strict=True):
        path.write_bytes(text.encode())
    return paths


def _changed(known: Acquaintances, people: Sequence[Someone]) -> list[Someone]:
    """Return those whose cards the owner brought up to date within the last weeks, for a new post."""
    moved = [one for one in people if one.older[0] and one.newer[0] and one.older != one.newer]
    door = known.named("Thordis Hvannberg")
    return [door, *[one for one in moved if one is not door][:5]]


def _own(known: Acquaintances) -> str:
    """Return the owner's card, which names her family."""
    owner = known.owner
    lines = ["N:Marchetti;Ylva;;;", "FN:Ylva Marchetti", "ORG:Halden Sensing;", "TITLE:founder"]
    for address in (owner.mails[2], owner.mails[0]):
        lines.append(f"EMAIL;type=INTERNET:{address}")
        owner.mailed(address)
    lines.append(f"TEL;type=CELL;type=VOICE;type=pref:{owner.phone}")
    owner.numbered(owner.phone)
    for number, (label, name) in enumerate(_RELATIVES, start=1):
        lines += [f"item{number}.X-ABRELATEDNAMES:{name}", f"item{number}.X-ABLabel:_$!<{label}>!$_"]
        known.named(name).named(name, "vcard")
    return _vcard(lines, "owner", known.newer)


def _vcard(lines: Iterable[str], identity: str, revised: date) -> str:
    whole = ["BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Apple Inc.//iCloud Web Address Book 2607B21//EN", *lines]
    whole += [f"UID:{identity}", f"REV:{revised:%Y-%m-%d}T08:15:00Z", "END:VCARD"]
    return "".join(f"{folded_line}\r\n" for line in whole for folded_line in short_lines(line))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _card(known: Acquaintances, one: Someone, post: tuple[str, str], revised: date) -> str:
    given, _, family = one.saved.partition(" ")
    lines = [f"N:{_escaped(family)};{_escaped(given)};;;", f"FN:{_escaped(one.saved)}"]
    organisation, title = post
    if organisation and one.kind not in {"family", "close"}:
        lines += [f"ORG:{_escaped(organisation)};", f"TITLE:{_escaped(title)}"]
    for address in one.mails[:2] if one.with_mail else ():
        lines.append(f"EMAIL;type=INTERNET;type={'WORK' if one.person and one.person.jobs else 'HOME'}:{address}")
        one.mailed(address)
    if one.phone:
        lines.append(f"TEL;type=CELL;type=VOICE;type=pref:{one.phone}")
        one.numbered(one.phone)
    if known.couple and one in known.couple[0]:
        lines.append(f"TEL;type=HOME;type=VOICE:{known.couple[1]}")
        one.numbered(known.couple[1])
        other = next(who for who in known.couple[0] if who is not one)
        lines += [f"item1.X-ABRELATEDNAMES:{_escaped(other.name)}", "item1.X-ABLabel:_$!<Partner>!$_"]
        other.named(other.name, "vcard")
    if one.instagram:
        lines.append(f"X-SOCIALPROFILE;type=instagram;x-user={one.instagram}:https://www.instagram.com/{one.instagram}")
        one.known(f"instagram:{one.instagram}")
    if one.born:
        unknown = one.born.startswith("--")
        day = f"1604-{one.born[2:]}" if unknown else one.born
        lines.append(f"BDAY;X-APPLE-OMIT-YEAR=1604:{day}" if unknown else f"BDAY:{day}")
    return _vcard(lines, f"card-{one.id}", revised)


def _table(path: Path, rows: Iterable[Sequence[str]]) -> list[Path]:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return [path]


def write_google(folder: Path, known: Acquaintances) -> list[Path]:
    """Write what an old telephone left in Google's contacts: names with a number and mostly an address."""
    rng = known.rng
    rows = [("First Name", "Middle Name", "Last Name", "Organization Name", "Organization Title", "Birthday", "Labels",
             "E-mail 1 - Label", "E-mail 1 - Value", "Phone 1 - Label", "Phone 1 - Value")]  # fmt: skip
    people = [one for one in known.people if one.person and one.person.since < known.older and " " in one.name]
    for one in sorted(rng.sample(people, 45), key=lambda one: one.name):
        given, _, family = one.name.partition(" ")
        mail = one.mails[0] if rng.random() < 0.8 else ""
        number = one.phone if not mail or rng.random() < 0.6 else ""
        one.mailed(mail) if mail else None
        one.numbered(number) if number else None
        rows.append(
            (
                given,
                "",
                family,
                "",
                "",
                "",
                "* myContacts",
                "Other" if mail else "",
                mail,
                "Mobile" if number else "",
                number,
            )
        )
    return _table(folder / GOOGLE, rows)


def write_outlook(folder: Path, known: Acquaintances, plants: Plants) -> list[Path]:
    """Write the contacts that the owner took along from her first employer, and her own row, which names her manager."""
    rows = [("First Name", "Middle Name", "Last Name", "Company", "Job Title", "Business Phone", "Mobile Phone", "E-mail Address",
             "E-mail Type", "E-mail Display Name", "E-mail 2 Address", "Manager's Name", "Business Street")]  # fmt: skip
    people = [one for one in known.people if one.person and one.person.world == "tallvik" and " " in one.name]
    head = known.named("Kwesi Adomboi-Lunde")
    for number, one in enumerate(sorted(people[:32], key=lambda one: one.name)):
        given, _, family = one.name.partition(" ")
        mail = next((address for address in one.mails if address.endswith("@tallvik.example")), "")
        phone = one.phone if number % 3 == 0 else ""
        manager = head.name if number % 8 == 0 and one is not head else ""
        if not mail and not phone:
            one.named(one.name, "contacts")
        one.mailed(mail) if mail else None
        one.numbered(phone) if phone else None
        head.named(manager, "contacts") if manager else None
        rows.append((given, "", family, "Tallvik Laboratory", one.person.jobs[0].title if one.person and one.person.jobs else "",
                     phone, "", mail, "SMTP" if mail else "", f"{one.name} ({mail})" if mail else "", "", manager, ""))  # fmt: skip
    mine, led_by = known.owner.mails[1], plants.manager
    led_by.named(led_by.name, "contacts")
    rows.append(("Ylva", "", "Marchetti", "Tallvik Laboratory", "optical engineer", "", "", mine, "SMTP",
                 f"Ylva Marchetti ({mine})", "", led_by.name, ""))  # fmt: skip
    return _table(folder / OUTLOOK, rows)


def write_lunches(folder: Path, known: Acquaintances) -> list[Path]:
    """Write the owner's table of lunches: whom she met, by name or by address."""
    rng = known.rng
    people = [one for one in known.near("halden", "client", "supplier", "conference", "neighbour") if " " in one.name]
    rows = [("Date", "With", "Type", "Minutes", "Notes")]
    for number in range(36):
        day = known.newer - timedelta(days=11 * number + rng.randint(3, 9))
        pool = [one for one in people if one.person and one.person.since < day]
        one = rng.choice(pool)
        who = one.name
        if number % 4 == 0:
            who = known.work_mail(one)
            one.mailed(who)
        else:
            one.named(who, "table")
        one.spoke("in-person", stamp(day, 12))
        kind = rng.choice(("Lunch", "Coffee", "Lunch", "Dinner"))
        rows.append((day.isoformat(), who, kind, str(rng.choice((30, 45, 60, 90))), rng.choice(("", "", "paid by me"))))
    return _table(folder / LUNCHES, rows)


def instagram_name(one: Someone) -> str:
    """Return what somebody is called on Instagram."""
    return folded(one.name).replace("-", ".")[:24].strip(".") + ".ex"
