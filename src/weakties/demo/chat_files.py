"""Chats as their programs export them: WhatsApp's text files and Telegram's `result.json`.

WhatsApp names people as the owner saved them and by number where she has not; Telegram by the number of their account and the
name they gave themselves, which may be in another script than the one in which they write mail.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from weakties.demo.acquaintances import Acquaintances, Someone, without_marks
from weakties.demo.desk import stamp
from weakties.demo.plants import Plants
from weakties.demo.talks import Said, Talks

CHATS = "whatsapp"
TELEGRAM = "telegram/result.json"
# The owner's account, and the first number of the others'.
_ACCOUNT, _FIRST = 61_000_001, 62_000_000
_ENCRYPTED = "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them."


def write_whatsapp(folder: Path, known: Acquaintances, talks: Talks, plants: Plants) -> list[Path]:
    """Write some chats with one person and two groups; return the one folder that holds them."""
    home = folder / CHATS
    home.mkdir(parents=True, exist_ok=True)
    since = known.end - timedelta(days=900)
    private = [one for one in known.near("family", "friend", "school", "choir", "neighbour") if one.saved]
    close = [one for one in private if one.kind in {"close", "family"}]
    colleagues = [one for one in known.near("halden") if one.saved][:3]
    for number, one in enumerate([*close[:15], *colleagues]):
        topic = "chat-family" if one.kind == "family" else "chat-work" if one in colleagues else "chat-friend"
        said = talks.over(
            topic, 2, since + timedelta(days=number * 11), known.newer, 75 if one.kind == "family" else 60
        )
        _alone(home, one, said)
    aside = Talks(plants.rng, known.end)
    for one, first in plants.befriended:
        _alone(home, one, aside.over("chat-friend", 2, first, known.newer, 11))
    singers = [one for one in known.people if one.person and one.person.world == "choir"]
    singers = [one for one in singers if one.kind in {"strong", "connector", "close", "group"}][:14]
    _group(home, known, talks, "Altos & friends 🎶", "chat-choir", singers)
    _group(home, known, talks, "Famiglia", "chat-family", known.near("family")[:9])
    known.owner.named("Ylva Marchetti", "whatsapp")
    return [home]


def _alone(home: Path, one: Someone, said: Sequence[Said]) -> None:
    one.named(one.saved, "whatsapp")
    one.spoke("whatsapp", *(word.at for word in said))
    _iphone(home / f"WhatsApp Chat - {_of_file(one.saved)}", ["Ylva Marchetti", one.saved], said)


def _of_file(name: str) -> str:
    return "".join(c for c in name if c.isalnum() or c in " .-()").strip()


def _iphone(folder: Path, names: Sequence[str], said: Sequence[Said]) -> None:
    folder.mkdir(exist_ok=True)
    lines = [f"[{_clock(said[0].at)}] {names[1]}: \u200e{_ENCRYPTED}"] if said else []
    lines += [f"[{_clock(one.at)}] {names[one.author]}: {one.text}" for one in said]
    (folder / "_chat.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _clock(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%d.%m.%y, %H:%M:%S}"


def _group(folder: Path, known: Acquaintances, talks: Talks, title: str, topic: str, people: Sequence[Someone]) -> None:
    """Write a group. Who is not in the address book stands there with the number."""
    names = ["Ylva Marchetti"]
    for one in people:
        if one.saved:
            one.named(one.saved, "whatsapp")
        else:
            one.numbered(one.phone)
        names.append(one.saved or f"\u202a{one.phone}\u202c")
    said = talks.over(topic, len(names), known.end - timedelta(days=620), known.newer, 13)
    place = folder / f"WhatsApp Chat - {_of_file(title)}"
    place.mkdir(exist_ok=True)
    begun = _clock(said[0].at - 60)
    lines = [f"[{begun}] {title}: \u200e{_ENCRYPTED}", f"[{begun}] {title}: \u200e{names[1]} created group “{title}”"]
    lines += [f"[{_clock(one.at)}] {names[one.author]}: {one.text}" for one in said]
    (place / "_chat.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_telegram(folder: Path, known: Acquaintances, talks: Talks) -> list[Path]:
    """Write the account of Telegram: contacts, some chats, one group."""
    scripts = [(one, other) for one in known.people if (other := known.other_script(one))][:16]
    singers = [one for one in known.near("choir", "halden") if not known.other_script(one)][:6]
    called: dict[str, tuple[Someone, str]] = {one.id: (one, name) for one, name in scripts}
    called.update({one.id: (one, _as_called(one, number)) for number, one in enumerate(singers)})
    people = list(called.values())
    for number, (one, _) in enumerate(people):
        one.telegram = _FIRST + 317 * (number + 1)
        one.known(f"telegram:{one.telegram}")
    contacts = [_contact(known, one, name, number) for number, (one, name) in enumerate(people)]
    near = {one.id for one in known.near()} | {one.id for one in known.people if one.kind == "group"}
    talking = [(one, name) for one, name in people if one.id in near][:9]
    chats = [_chat(known, talks, one, name, number) for number, (one, name) in enumerate(talking)]
    members = [(one, name) for one, name in people if one in singers]
    chats.append(_telegram_group(known, talks, members))
    owner = known.owner
    owner.numbered(owner.phone)
    owner.known(f"telegram:{_ACCOUNT}")
    owner.known("telegram:ylvameasures")
    told = {
        "about": "Here is the data you requested.",
        "personal_information": {
            "user_id": _ACCOUNT, "first_name": "Ylva", "last_name": "Marchetti", "phone_number": owner.phone,
            "username": "@ylvameasures", "bio": "",
        },
        "contacts": {"about": "", "list": contacts},
        "chats": {"about": "", "list": chats},
    }  # fmt: skip
    path = folder / TELEGRAM
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [path]


def _as_called(one: Someone, number: int) -> str:
    return without_marks(one.name) if number % 3 == 1 else one.name


def _contact(known: Acquaintances, one: Someone, name: str, number: int) -> Mapping[str, object]:
    first, _, last = name.partition(" ")
    # The number is shown to those whom the other side has in its address book.
    shown = one.phone if number % 5 != 4 else ""
    if shown:
        one.numbered(shown)
    at = stamp(known.end - timedelta(days=400 + 13 * number), 9)
    return {
        "user_id": one.telegram, "first_name": first, "last_name": last, "phone_number": shown,
        "date": _iso(at), "date_unixtime": str(at),
    }  # fmt: skip


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _messages(
    names: Sequence[str], accounts: Sequence[int], said: Sequence[Said], first: int
) -> list[dict[str, object]]:
    return [
        {
            "id": first + number, "type": "message", "date": _iso(one.at), "date_unixtime": str(one.at),
            "from": names[one.author], "from_id": f"user{accounts[one.author]}", "text": one.text,
        }
        for number, one in enumerate(said)
    ]  # fmt: skip


def _chat(known: Acquaintances, talks: Talks, one: Someone, name: str, number: int) -> Mapping[str, object]:
    said = talks.over("chat-friend", 2, _begins(known, one), known.newer - timedelta(days=number), 55)
    one.spoke("telegram", *(word.at for word in said))
    messages = _messages(["Ylva Marchetti", name], [_ACCOUNT, one.telegram], said, 100 * number)
    return {"name": name, "type": "personal_chat", "id": one.telegram, "messages": messages}


def _begins(known: Acquaintances, one: Someone) -> date:
    since = one.person.since if one.person else known.older
    return max(since + timedelta(days=30), known.end - timedelta(days=500))


def _telegram_group(known: Acquaintances, talks: Talks, members: Sequence[tuple[Someone, str]]) -> Mapping[str, object]:
    names, accounts = ["Ylva Marchetti"], [_ACCOUNT]
    for one, name in members:
        names.append(name)
        accounts.append(one.telegram)
    said = talks.over("chat-work", len(names), known.end - timedelta(days=420), known.newer, 16) if members else []
    messages = _messages(names, accounts, said, 9_000)
    return {"name": "Alignment club", "type": "private_supergroup", "id": 7_100_042, "messages": messages}
