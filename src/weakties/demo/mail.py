"""A message as it is planned, and the bytes that a real mail program would have written for it.

Written by hand rather than with the standard library's classes, because fourteen thousand messages should take
seconds, and because real files differ in just the places that a library makes alike: Message-IDs, encodings, quoting.
"""

from __future__ import annotations

import base64
import binascii
import html
import quopri
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from textwrap import wrap

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SPECIALS = set('()<>[]:;@\\,."')


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a message: the person (or machine) meant, the address and the name as written."""

    who: str
    address: str
    name: str = ""


@dataclass(slots=True)
class Attachment:
    """A small file that travels with a message."""

    name: str
    kind: str
    content: bytes


@dataclass(slots=True)
class Mail:
    """One message. at: seconds UTC. zone: minutes from UTC at its author's. text: all of it; own: without quotation.

    form: plain, flowed, html (with a plain alternative) or htmlonly. boxes: the owner's files that hold it.
    """

    at: int
    author: Party
    to: list[Party]
    subject: str
    text: str
    own: str
    id: str
    zone: int = 60
    cc: list[Party] = field(default_factory=list)
    parent: Mail | None = None
    client: str = "freemail"
    form: str = "plain"
    encoding: str = "qp"
    charset: str = "utf-8"
    extra: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    labels: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    human: bool = True
    asks: bool = False
    topic: str = ""

    def everybody(self) -> list[Party]:
        """Return the author and all recipients."""
        return [self.author, *self.to, *self.cc]


def date_text(at: int, zone: int) -> str:
    """Return a Date header's value for seconds UTC and minutes from UTC."""
    when = datetime.fromtimestamp(at, timezone(timedelta(minutes=zone)))
    sign, minutes = ("-" if zone < 0 else "+"), abs(zone)
    return (
        f"{_DAYS[when.weekday()]}, {when.day:02d} {_MONTHS[when.month - 1]} {when.year} "
        f"{when:%H:%M:%S} {sign}{minutes // 60:02d}{minutes % 60:02d}"
    )


def from_line_date(at: int) -> str:
    """Return the date of an mbox separator line, in UTC as Takeout writes it."""
    when = datetime.fromtimestamp(at, UTC)
    return f"{_DAYS[when.weekday()]} {_MONTHS[when.month - 1]} {when.day:2d} {when:%H:%M:%S} +0000 {when.year}"


def encoded(text: str, *, quoted: bool = False) -> str:
    """Return header text, in encoded words (RFC 2047) where it is not ASCII. quoted: in the Q form, else in B."""
    if text.isascii():
        return text
    words: list[str] = []
    piece = ""
    for character in text:
        if len((piece + character).encode()) > 36:
            words.append(piece)
            piece = ""
        piece += character
    words.append(piece)
    return "\r\n ".join(_encoded_word(word, quoted=quoted) for word in words)


def _encoded_word(text: str, *, quoted: bool) -> str:
    if not quoted:
        return f"=?UTF-8?B?{base64.b64encode(text.encode()).decode()}?="
    out = "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 else "_" if byte == 32 else f"={byte:02X}"
        for byte in text.encode()
    )
    return f"=?utf-8?q?{out}?="


def mailbox_text(party: Party, *, quoted: bool = False) -> str:
    """Return `Name <address>` as a header has it."""
    if not party.name:
        return party.address
    if party.name.isascii():
        name = f'"{party.name}"' if _SPECIALS & set(party.name) else party.name
    else:
        name = encoded(party.name, quoted=quoted)
    return f"{name} <{party.address}>"


def message_id(client: str, domain: str, rng: Random, at: int) -> str:
    """Return a Message-ID in the manner of a mail program, without its angle brackets."""
    if client == "freemail":
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_"
        return "CA" + "".join(rng.choice(letters) for _ in range(28)) + "@mail.freemail.example"
    if client == "outlook":
        site = "".join(rng.choice("ABCDEFGHKLMNPRSVX0123456789") for _ in range(12))
        return f"{site}{rng.getrandbits(64):016X}{rng.getrandbits(36):09X}@{site}.eurprd04.prod.exchange.example"
    if client == "thunderbird":
        return f"{_uuid(rng)}@{domain}"
    if client == "apple":
        return f"{_uuid(rng).upper()}@{domain}"
    return f"{at:x}.{rng.getrandbits(32)}.{rng.getrandbits(24)}@phone.{domain}"


def _uuid(rng: Random) -> str:
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{digits[16:20]}-{digits[20:]}"


def _list_header(name: str, parties: list[Party], *, quoted: bool) -> str:
    return f"{name}: " + ",\r\n ".join(mailbox_text(one, quoted=quoted) for one in parties)


def _headers(mail: Mail, rng: Random, delivered_to: str) -> list[str]:
    quoted = mail.client in {"thunderbird", "outlook"}
    domain = mail.author.address.rpartition("@")[2]
    out: list[str] = []
    if delivered_to and delivered_to != mail.author.address:
        serial = rng.getrandbits(40)
        out.append(f"Delivered-To: {delivered_to}")
        out.append(
            f"Received: from mx{rng.randint(1, 9)}.{domain} (mx.{domain} [192.0.2.{rng.randint(1, 254)}])\r\n"
            f" by mx.{delivered_to.rpartition('@')[2]} with ESMTPS id {serial:x}\r\n"
            f" for <{delivered_to}>; {date_text(mail.at + rng.randint(1, 9), 0)}"
        )
        if mail.client != "outlook":
            out.append(f"Return-Path: <{mail.author.address}>")
    out.append("MIME-Version: 1.0")
    out.append(f"Date: {date_text(mail.at, mail.zone)}")
    out.append(f"From: {mailbox_text(mail.author, quoted=quoted)}")
    out.append(_list_header("To", mail.to, quoted=quoted))
    if mail.cc:
        out.append(_list_header("CC" if mail.client == "outlook" else "Cc", mail.cc, quoted=quoted))
    out.append(f"Subject: {encoded(mail.subject, quoted=quoted)}")
    out.append(f"Message-ID: <{mail.id}>")
    if mail.parent:
        chain = [mail.parent.id]
        above = mail.parent.parent
        while above and len(chain) < 12:
            chain.insert(0, above.id)
            above = above.parent
        out.append(f"In-Reply-To: <{mail.parent.id}>")
        out.append("References: " + "\r\n ".join(f"<{one}>" for one in chain))
    if mail.client == "outlook" and mail.human:
        topic = mail.subject.removeprefix("Re: ").removeprefix("RE: ").removeprefix("AW: ")
        out.append(f"Thread-Topic: {encoded(topic, quoted=True)}")
        out.append(f"Thread-Index: Ad{base64.b64encode(rng.randbytes(20)).decode()}")
        out.append("Accept-Language: en-GB, sv-SE")
        out.append("X-MS-Has-Attach: " + ("yes" if mail.attachments else ""))
    if mail.client == "thunderbird" and mail.human:
        out.append("User-Agent: Mozilla Thunderbird")
    if mail.client == "apple" and mail.human:
        out.append("X-Mailer: Apple Mail (2.3774.300.61.1.2)")
    out.extend(f"{name}: {value}" for name, value in mail.extra)
    return out


def _part(text: str, kind: str, mail: Mail) -> tuple[list[str], bytes]:
    charset = mail.charset
    try:
        raw = text.encode(charset)
    except UnicodeEncodeError:
        charset, raw = "utf-8", text.encode()
    flowed = "; format=flowed; delsp=no" if mail.form == "flowed" and kind == "plain" else ""
    head = [f"Content-Type: text/{kind}; charset={charset}{flowed}"]
    lines = raw.split(b"\n")
    if raw.isascii() and max(map(len, lines)) < 900 and mail.encoding != "base64":
        return [*head, "Content-Transfer-Encoding: 7bit"], raw.replace(b"\n", b"\r\n")
    if mail.encoding == "8bit" and max(map(len, lines)) < 900:
        return [*head, "Content-Transfer-Encoding: 8bit"], raw.replace(b"\n", b"\r\n")
    if mail.encoding == "base64":
        packed = base64.encodebytes(raw.replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")
        return [*head, "Content-Transfer-Encoding: base64"], packed
    packed = quopri.encodestring(raw).replace(b"\n", b"\r\n")
    return [*head, "Content-Transfer-Encoding: quoted-printable"], packed


def _as_html(text: str, client: str) -> str:
    rows: list[str] = []
    depth = 0
    for line in text.split("\n"):
        level = 0
        while line.startswith(">"):
            line, level = line[1:].lstrip(" "), level + 1
        while depth < level:
            rows.append('<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;padding-left:1ex">')
            depth += 1
        while depth > level:
            rows.append("</blockquote>")
            depth -= 1
        escaped = html.escape(line, quote=False)
        rows.append(f"<p class=MsoNormal>{escaped}</p>" if client == "outlook" else f"<div>{escaped or '<br>'}</div>")
    rows.extend("</blockquote>" for _ in range(depth))
    joined = "\n".join(rows)
    return f'<html><head><meta charset="utf-8"></head><body>\n{joined}\n</body></html>\n'


def flowed(text: str) -> str:
    """Return the text in format=flowed (RFC 3676): soft breaks end in a blank, quoted and signature lines stay."""
    out: list[str] = []
    for line in text.split("\n"):
        if len(line) <= 76 or line.startswith((">", "-- ")):
            out.append(line)
        else:
            pieces = wrap(line, 72, break_long_words=False, break_on_hyphens=False)
            out.extend(f"{piece} " for piece in pieces[:-1])
            out.append(pieces[-1])
    return "\n".join(out)


def _content(mail: Mail, rng: Random) -> tuple[list[str], bytes]:
    text = flowed(mail.text) if mail.form == "flowed" else mail.text
    if mail.form == "htmlonly":
        return _part(_as_html(mail.text, mail.client), "html", mail)
    if mail.form != "html":
        return _part(text + "\n", "plain", mail)
    return _joined(
        "alternative", [_part(text + "\n", "plain", mail), _part(_as_html(text, mail.client), "html", mail)], rng
    )


def _joined(kind: str, parts: list[tuple[list[str], bytes]], rng: Random) -> tuple[list[str], bytes]:
    mark = f"----=_{rng.getrandbits(64):016x}"
    pieces: list[bytes] = []
    for head, body in parts:
        pieces.append(b"--" + mark.encode() + b"\r\n" + "\r\n".join(head).encode() + b"\r\n\r\n" + body + b"\r\n")
    pieces.append(b"--" + mark.encode() + b"--\r\n")
    return [f'Content-Type: multipart/{kind}; boundary="{mark}"'], b"".join(pieces)


def written(mail: Mail, rng: Random, delivered_to: str, *, labels: bool) -> bytes:
    """Return the message in its bytes, lines ending in CR LF.

    delivered_to: the owner's address whose mailbox this copy lies in. labels: whether it carries Takeout's headers.
    """
    head, body = _content(mail, rng)
    if mail.attachments:
        parts = [(head, body)]
        for one in mail.attachments:
            packed = base64.encodebytes(one.content).replace(b"\n", b"\r\n")
            name = encoded(one.name)
            parts.append((
                [f'Content-Type: {one.kind}; name="{name}"', "Content-Transfer-Encoding: base64",
                 f'Content-Disposition: attachment; filename="{name}"'], packed))  # fmt: skip
        head, body = _joined("mixed", parts, rng)
    lines = _headers(mail, rng, delivered_to) + head
    if labels:
        thread = mail
        while thread.parent:
            thread = thread.parent
        number = 1_500_000_000_000_000_000 + binascii.crc32(thread.id.encode()) * 104_729
        lines = [f"X-GM-THRID: {number}", f"X-Gmail-Labels: {encoded(','.join(mail.labels), quoted=True)}", *lines]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
