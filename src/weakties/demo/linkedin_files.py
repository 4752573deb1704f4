"""LinkedIn's export as it packs it, and the connections of an export of two years before."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from weakties.demo.acquaintances import Acquaintances, Someone
from weakties.demo.desk import stamp
from weakties.demo.packing import packed
from weakties.demo.plants import Plants
from weakties.demo.talks import Talks

ARCHIVE, OLDER = "linkedin.zip", "linkedin-2024/Connections.csv"
_NOTES = (
    "Notes:\n\"When exporting your connection data, you may notice that some of the email addresses are missing. You will only see "
    "email addresses for connections who have allowed their connections to see or download their email address.\"\n\n"
)  # fmt: skip
Row = Sequence[str]


def write_linkedin(folder: Path, known: Acquaintances, talks: Talks, plants: Plants) -> list[Path]:
    """Write both exports and return them, the older first."""
    older = [one for one in known.connected() if one.connected and one.connected < known.older]
    first = folder / OLDER
    first.parent.mkdir(parents=True, exist_ok=True)
    first.write_text(_connections(known, older, old=True), encoding="utf-8", newline="")
    owner = known.owner
    owner.known(f"linkedin:in/{owner.slug}")
    files = {
        "Connections.csv": _connections(known, known.connected(), old=False),
        "messages.csv": _messages(known, talks),
        "Invitations.csv": _invitations(known),
        "Endorsement_Given_Info.csv": _endorsements(known, plants, "Endorsee"),
        "Endorsement_Received_Info.csv": _endorsements(known, plants, "Endorser"),
        "Recommendations_Given.csv": _recommendations(known, plants, 0),
        "Recommendations_Received.csv": _recommendations(known, plants, 1),
        "Profile.csv": _text([
            ("First Name", "Last Name", "Maiden Name", "Address", "Birth Date", "Headline", "Summary", "Industry", "Zip Code",
             "Geo Location", "Twitter Handles", "Websites", "Instant Messengers"),
            ("Ylva", "Marchetti", "", "", "May 4", "Surfaces, measured", "", "Optics", "", "Bergvik", "", "", ""),
        ]),
        "Email Addresses.csv": _text([("Email Address", "Confirmed", "Primary", "Updated On"),
                                      (owner.mails[0], "Yes", "Yes", "1/1/20, 1:00 PM"),
                                      (owner.mails[2], "Yes", "No", "6/2/22, 9:00 AM")]),
        "Positions.csv": _text([("Company Name", "Title", "Description", "Location", "Started On", "Finished On"),
                                ("Halden Sensing", "Founder", "", "Bergvik", "Jun 2022", ""),
                                ("Tallvik Laboratory", "Optical engineer", "", "Tallvik", "Mar 2018", "May 2022")]),
        "Company Follows.csv": _text([("Organization", "Followed On"), ("Kestrel Avionics", "Tue Mar 03 10:00:00 UTC 2020")]),
    }  # fmt: skip
    return [first.parent, packed(folder / ARCHIVE, files)]


def _text(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _split(name: str) -> tuple[str, str]:
    given, _, family = name.partition(" ")
    return given, family


def _connections(known: Acquaintances, people: Sequence[Someone], *, old: bool) -> str:
    rows: list[Row] = [("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")]
    for one in sorted(people, key=lambda one: (one.connected or date.min, one.id), reverse=True):
        organisation, title = one.older if old else one.newer
        shown = one.mails[-1] if one.mails and sum(one.slug.encode()) % 9 == 0 else ""
        one.known(f"linkedin:in/{one.slug}")
        on = one.connected or known.older
        rows.append((*_split(one.name), one.profile, shown, organisation, title, f"{on:%d %b %Y}"))
    # Whoever hides from exports leaves nothing but the day.
    rows.insert(3, ("", "", "", "", "", "", f"{known.older - timedelta(days=77):%d %b %Y}"))
    return _NOTES + _text(rows)


def _talking(known: Acquaintances) -> list[Someone]:
    found = [one for one in known.connected() if one.person and one.kind in {"strong", "connector", "new", "group"}]
    return found[:14]


def _messages(known: Acquaintances, talks: Talks) -> str:
    rows: list[Row] = [("CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS", "DATE",
                        "SUBJECT", "CONTENT", "FOLDER", "ATTACHMENTS", "IS MESSAGE DRAFT", "IS CONVERSATION DRAFT")]  # fmt: skip
    for number, one in enumerate(_talking(known)):
        sides = [known.owner, one]
        first = max(one.connected or known.older, known.end - timedelta(days=900))
        words = talks.over("chat-network", 2, first, known.newer, 210)
        one.spoke("linkedin", *(word.at for word in words))
        for said in reversed(words):
            author, other = sides[said.author], sides[1 - said.author]
            at = f"{datetime.fromtimestamp(said.at, UTC):%Y-%m-%d %H:%M:%S} UTC"
            rows.append((f"2-ex{number:03d}==", "", author.name, author.profile, other.name, other.profile, at, "", said.text,
                         "INBOX", "", "No", "No"))  # fmt: skip
    return _text(rows)


def _invitations(known: Acquaintances) -> str:
    rows: list[Row] = [("From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl")]
    me = known.owner
    for number, one in enumerate(known.strangers[:6]):
        at = datetime.fromtimestamp(stamp(known.newer - timedelta(days=31 * number + 2), 14), UTC)
        sent = f"{at.month}/{at.day}/{at:%y}, {at:%I:%M %p}"
        if number % 2:
            rows.append((me.name, one.name, sent, "", "OUTGOING", me.profile, one.profile))
        else:
            rows.append((one.name, me.name, sent, "", "INCOMING", one.profile, me.profile))
    return _text(rows)


def _endorsements(known: Acquaintances, plants: Plants, side: str) -> str:
    people = known.connected()[3:40:6] if side == "Endorsee" else known.connected()[5:60:7]
    rows: list[Row] = [
        (
            "Endorsement Date",
            "Skill Name",
            f"{side} First Name",
            f"{side} Last Name",
            f"{side} Public Url",
            "Endorsement Status",
        )
    ]
    for number, one in enumerate(people):
        on = known.older - timedelta(days=40 * number)
        for skill in plants.skills():
            plants.vouched(one, given=side == "Endorsee", kind="endorsed", on=on, skill=skill)
            profile = one.profile.removeprefix("https://")
            rows.append((f"{on:%Y/%m/%d} 12:13:21 UTC", skill, *_split(one.name), profile, "ACCEPTED"))
    return _text(rows)


def _recommendations(known: Acquaintances, plants: Plants, which: int) -> str:
    """Return who recommended whom: LinkedIn names them without their profiles.

    which: 0 for the recommendations that the owner wrote, 1 for those that she got.
    """
    rows: list[Row] = [("First Name", "Last Name", "Company", "Job Title", "Text", "Creation Date", "Status")]
    people = [one for one in known.connected() if one.kind in {"connector", "strong"}][which:12:4]
    for number, one in enumerate([*people, *plants.further(3)]):
        day = known.older - timedelta(days=100 + 90 * number)
        plants.vouched(one, given=not which, kind="recommended", on=day)
        one.named(one.name, "linkedin")
        rows.append((*_split(one.name), *one.older, "A pleasure to work with.", f"{day:%m/%d/%y}, 12:00 PM", "VISIBLE"))
    return _text(rows)
