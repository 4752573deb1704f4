"""The export of the firm's Slack workspace: accounts, two channels, a direct conversation, a machine that posts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from weakties.demo.acquaintances import Acquaintances, Someone
from weakties.demo.desk import stamp
from weakties.demo.packing import packed
from weakties.demo.talks import Said, Talks

WORKSPACE = "halden-slack.zip"
_BOT = "U0BUILDBOT"


def write_slack(folder: Path, known: Acquaintances, talks: Talks) -> list[Path]:
    """Write the export of the workspace and return it."""
    people = [one for one in known.near("halden") if one.mails][:9]
    everybody = [known.owner, *people]
    accounts = [f"U0HALDEN{number:02d}" for number in range(len(everybody))]
    for one, account in zip(everybody, accounts, strict=True):
        one.known(f"slack:{account}")
    known.services.add(f"slack:{_BOT}")
    rooms = [("C0LAB001", "lab", accounts), ("C0LUNCH1", "lunch", accounts[:6])]
    users = [_user(known, *pair) for pair in zip(everybody, accounts, strict=True)]
    files: dict[str, str] = {
        "users.json": _json([*users, _machine()]),
        "channels.json": _json([{"id": room, "name": name, "members": members} for room, name, members in rooms]),
        "dms.json": _json([{"id": "D0DIRECT1", "created": 1_700_000_000, "members": accounts[:2]}]),
    }
    for number, (_, name, members) in enumerate(rooms):
        said = talks.over("chat-work", len(members), known.end - timedelta(days=380), known.newer, 9 + 8 * number)
        files |= _days(name, members, said, bot=not number)
    said = talks.over("chat-work", 2, known.end - timedelta(days=380), known.newer, 30)
    if people:
        people[0].spoke("slack", *(word.at for word in said))
    files |= _days("D0DIRECT1", accounts[:2], said, bot=False)
    return [packed(folder / WORKSPACE, files)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _user(known: Acquaintances, one: Someone, account: str) -> dict[str, object]:
    mail = known.work_mail(one)
    one.mailed(mail)
    _, title = one.newer
    return {
        "id": account, "name": mail.partition("@")[0], "deleted": False, "is_bot": False, "updated": stamp(known.older, 9),
        "profile": {"real_name": one.name, "display_name": one.name.split()[0], "title": title, "phone": "", "email": mail},
    }  # fmt: skip


def _machine() -> dict[str, object]:
    return {"id": _BOT, "name": "nightly", "is_bot": True, "profile": {"real_name": "Nightly", "bot_id": "B0NIGHTLY"}}


def _days(room: str, members: Sequence[str], said: Sequence[Said], *, bot: bool) -> dict[str, str]:
    """Return a file for each day. bot: whether a machine posts every week as well."""
    days: dict[str, list[dict[str, object]]] = defaultdict(list)
    for number, one in enumerate(said):
        message: dict[str, object] = {
            "type": "message",
            "user": members[one.author],
            "text": one.text,
            "ts": f"{one.at}.{number:06d}",
        }
        days[_day(one.at)].append(message)
    for number, one in enumerate(said[::12] if bot else ()):
        at = one.at + 7
        days[_day(at)].append(
            {"type": "message", "subtype": "bot_message", "user": _BOT, "bot_id": "B0NIGHTLY", "username": "Nightly",
             "text": "All measurements of the night are in.", "ts": f"{at}.9{number:05d}"}
        )  # fmt: skip
    return {f"{room}/{day}.json": _json(messages) for day, messages in sorted(days.items())}


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
