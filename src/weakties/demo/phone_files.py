"""Messages and calls of an Android telephone, as *SMS Backup & Restore* writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import quoteattr

from weakties.demo.acquaintances import Acquaintances, Someone
from weakties.demo.desk import DAY, stamp
from weakties.demo.talks import Talks
from weakties.facts import handles

_HEAD = (
    "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<!--File Created By SMS Backup & Restore v10.20.002-->\n"
)
_SERVICES = (("72975", "Your code is {n}"), ("POSTBUD", "Parcel {n} waits for you at the harbour kiosk."))


def write_phone(folder: Path, known: Acquaintances, talks: Talks) -> list[Path]:
    """Write a backup of messages and one of calls, and return both."""
    day = f"{known.newer:%Y%m%d}210000"
    messages, calls = folder / f"sms-{day}.xml", folder / f"calls-{day}.xml"
    people = [one for one in known.near() if one.saved and one.phone]
    texting = [one for one in people if one.kind in {"close", "family"}] + [*known.trades]
    texting += [one for one in people if one.kind in {"strong", "connector"}][:10]
    texting += [one for one, _ in known.namesakes if one.kind == "private"]
    rows = [row for one in texting for row in _texts(known, talks, one)]
    rows += _machines(known)
    _write(messages, "smses", rows)
    calling = [one for one in people if one.kind in {"close", "family", "connector"}] + [*known.trades]
    rows = [row for one in calling for row in _calls(known, one)]
    _write(calls, "calls", rows + _line_at_home(known))
    return [messages, calls]


def _write(path: Path, tag: str, rows: Sequence[tuple[int, str]]) -> None:
    ordered = [row for _, row in sorted(rows)]
    body = "\n".join(f"  {row}" for row in ordered)
    path.write_text(f'{_HEAD}<{tag} count="{len(ordered)}">\n{body}\n</{tag}>\n', encoding="utf-8")


def _readable(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%b %d, %Y %H:%M:%S}"


def _sms(at: int, address: str, name: str, body: str, *, mine: bool) -> tuple[int, str]:
    number = address.replace(" ", "")
    return at, (
        f'<sms protocol="0" address="{number}" date="{at}000" type="{2 if mine else 1}" subject="null" '
        f'body={quoteattr(body)} toa="null" sc_toa="null" service_center="null" read="1" status="-1" locked="0" '
        f"readable_date={quoteattr(_readable(at))} contact_name={quoteattr(name)} />"
    )


def _texts(known: Acquaintances, talks: Talks, one: Someone) -> list[tuple[int, str]]:
    one.numbered(one.phone)
    topic = {"family": "chat-family", "close": "chat-friend"}.get(one.kind, "chat-work")
    first = known.end - timedelta(days=700 if one.kind in {"close", "family"} else 300)
    said = talks.over(topic, 2, first, known.newer - timedelta(days=talks.rng.randint(1, 40)), 150)
    one.spoke("sms", *(word.at for word in said))
    return [_sms(word.at, one.phone, one.saved, word.text, mine=word.author == 0) for word in said]


def _machines(known: Acquaintances) -> list[tuple[int, str]]:
    rng, out = known.rng, list[tuple[int, str]]()
    for number in range(18):
        sender, words = _SERVICES[number % 2]
        known.services.add(str(handles.bare_name(sender, "phone")))
        at = stamp(known.newer - timedelta(days=17 * number + 2), 9 + rng.random() * 9)
        out.append(_sms(at, sender, "(Unknown)", words.format(n=rng.randint(100_000, 999_999)), mine=False))
    return out


def _call(at: int, number: str, name: str, kind: int, seconds: int) -> tuple[int, str]:
    return at, (
        f'<call number="{number.replace(" ", "")}" duration="{seconds}" date="{at}000" type="{kind}" presentation="1" '
        f'subscription_id="1" readable_date={quoteattr(_readable(at))} contact_name={quoteattr(name)} />'
    )


def _calls(known: Acquaintances, one: Someone) -> list[tuple[int, str]]:
    rng, out = known.rng, list[tuple[int, str]]()
    one.numbered(one.phone)
    at = stamp(known.newer - timedelta(days=rng.randint(2, 30)), rng.uniform(9, 20))
    gap = {"family": 40, "close": 60, "trade": 160}.get(one.kind, 130)
    while at > stamp(known.end - timedelta(days=520)):
        # 1 came in, 2 went out, 3 was missed.
        kind = rng.choice((1, 1, 2, 2, 2, 3))
        seconds = 0 if kind == 3 else rng.randint(25, 2_400)
        out.append(_call(at, one.phone, one.saved, kind, seconds))
        if seconds:
            one.spoke("call", at)
        at -= int(max(2.0, rng.expovariate(1 / gap)) * DAY)
    return out


def _line_at_home(known: Acquaintances) -> list[tuple[int, str]]:
    """Return the calls of the couple's line at home: nobody can say which of the two it was."""
    if known.couple is None:
        return []
    (one, other), line = known.couple
    one.numbered(line)
    other.numbered(line)
    name = f"{one.name.split()[0]} & {other.name.split()[0]}"
    days = (9, 61, 120, 188, 260, 333)
    return [_call(stamp(known.end - timedelta(days=d), 18.5), line, name, 1 + d % 2, 60 + 7 * d) for d in days]
