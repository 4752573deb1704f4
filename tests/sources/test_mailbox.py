"""Where messages lie: mbox dialects, single messages, folders, archives, damage and bombs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from weakties.sources.containers import open_files
from weakties.sources.folders import folder_named, folder_of_flags, folder_of_labels, folder_of_path
from weakties.sources.mailbox import Raw, format_of, split
from weakties.sources.streams import Limits, Stream

ENVELOPE = b"From ana@example.com Fri May 25 12:00:00 2001\n"


def message(number: int, body: bytes = b"Hello") -> bytes:
    return b"From: Ana <ana@example.com>\nTo: bob@example.com\nSubject: number %d\n\n%s\n" % (number, body)


def mbox(*messages: bytes) -> bytes:
    return b"".join(ENVELOPE + each + b"\n" for each in messages)


def raws(data: bytes, limits: Limits | None = None, chunk: int = 1 << 20) -> list[Raw]:
    source = io.BytesIO(data)
    return list(split(Stream(lambda size: source.read(min(size, chunk))), limits or Limits()))


def texts(data: bytes, chunk: int = 1 << 20) -> list[bytes]:
    return [raw.data.removeprefix(ENVELOPE) for raw in raws(data, chunk=chunk)]


def everything(path: Path, limits: Limits | None = None) -> list[tuple[str, int, bytes, str]]:
    found = []
    for opened in open_files(path, limits or Limits()):
        if opened.fault:
            found.append((opened.name, 0, b"", opened.fault))
        found += [
            (opened.name, raw.at, raw.data.removeprefix(ENVELOPE), raw.fault)
            for raw in split(opened.stream, limits or Limits())
        ]
    return found


# What a file is


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (mbox(message(1)), "mbox"),
        (b"From 1545668983435175434@xxx Fri Sep 16 22:26:51 +0000 2016\nX-GM-THRID: 1\n\n", "mbox"),
        (b"From - Sat Jan 01 12:00:00 2000\nFrom: a@x.org\n\n", "mbox"),
        (b"From MAILER-DAEMON Mon Apr 18 14:20:57 2022\nTo: a@x.org\n\n", "mbox"),
        (b"\xef\xbb\xbf" + message(1), "eml"),
        (b"Return-Path: <a@x.org>\r\nReceived: by b\r\n\r\nHi", "eml"),
        (b"92       \n" + message(1), "emlx"),
        (b"\x00" * 100, "zeros"),
        (b"", ""),
        (b"From here on we walk.\nTo: the sea\n", ""),
        (b"BEGIN:VCARD\nFN:Ana\n", ""),
        (b"name,address\nAna,ana@x.org\n", ""),
        (b"[07.03.26, 21:22:39] Ana: Hello\n", ""),
    ],
)
def test_content_says_what_a_file_is(head: bytes, expected: str) -> None:
    assert format_of(head) == expected


# mbox


def test_messages_are_cut_at_envelopes_with_their_offsets() -> None:
    data = mbox(message(1), message(2))
    assert [(raw.at, raw.data) for raw in raws(data)] == [
        (0, ENVELOPE + message(1)),
        (len(data) // 2, ENVELOPE + message(2)),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"one\n\nFrom here on we walk.\n\nTo: the sea",
        b"one\n\nFrom Fri to Sun we are away.\nTo: all",
        b"one\nFrom ana@example.com Fri May 25 12:00:00 2001\nTo: no empty line before it",
        b"one\n\nFrom ana@example.com Fri May 25 12:00:00 2001\nand no field after it",
        b"one\n\nFrom what I heard on Fri May 25 12:00:00 2001\nTo: a@x.org",
    ],
)
def test_a_sentence_that_begins_with_from_does_not_end_a_message(body: bytes) -> None:
    assert texts(mbox(message(1, body), message(2))) == [message(1, body), message(2)]


def test_quoted_from_lines_come_back_as_written() -> None:
    """mboxo and mboxrd write a mark before such lines."""
    data = mbox(message(1, b"one\n\n>From ana@example.com Fri May 25 12:00:00 2001\n>>From two"))
    assert texts(data) == [message(1, b"one\n\nFrom ana@example.com Fri May 25 12:00:00 2001\n>From two")]


def test_content_length_is_believed_where_it_leads_to_an_envelope() -> None:
    """mboxcl2 quotes nothing: the message carries another mbox message in its body."""
    body = b"see:\n\n" + ENVELOPE + b"To: bob@example.com\n\n>From quoted by its author\n"
    carrying = b"From: ana@example.com\nContent-Length: %d\n\n%s" % (len(body), body)
    assert texts(mbox(carrying, message(2))) == [carrying, message(2)]


def test_content_length_that_leads_nowhere_is_not_believed() -> None:
    lying = b"From: ana@example.com\nTo: bob@example.com\nContent-Length: 9999\n\nHello\n"
    assert texts(mbox(lying, message(2))) == [lying, message(2)]


def test_windows_line_ends() -> None:
    data = mbox(message(1), message(2)).replace(b"\n", b"\r\n")
    assert [raw.data for raw in raws(data)] == [
        (ENVELOPE + message(number)).replace(b"\n", b"\r\n") for number in (1, 2)
    ]


@pytest.mark.parametrize("chunk", [1, 7, 100, 5_000])
def test_the_size_of_the_reads_does_not_matter(chunk: int) -> None:
    messages = [message(number, b"x" * 97 * number + b"\n\nFrom here\n") for number in range(40)]
    assert texts(mbox(*messages), chunk=chunk) == messages


def test_zero_bytes_before_and_behind_a_message_do_not_hide_it() -> None:
    data = b"\x00" * 5_000 + mbox(message(1)) + b"\x00" * 300_000 + mbox(message(2))
    assert [raw.data.removeprefix(ENVELOPE).rstrip(b"\n") for raw in raws(data)] == [
        message(1).rstrip(b"\n"),
        message(2).rstrip(b"\n"),
    ]


def test_a_file_of_zero_bytes_is_rejected_once() -> None:
    (raw,) = raws(b"\x00" * 2_000_000)
    assert "zero bytes" in raw.fault


def test_a_message_beyond_the_limit_is_left_out_and_the_next_is_found() -> None:
    data = mbox(message(1), message(2, b"x" * 3_000_000), message(3))
    first, long, last = raws(data, Limits(message=1_000_000))
    assert (first.fault, last.fault) == ("", "")
    assert "longer than" in long.fault
    assert long.at == len(mbox(message(1)))
    assert data[last.at :] == mbox(message(3))


def test_a_single_message_beyond_the_limit_is_left_out() -> None:
    (raw,) = raws(message(1, b"x" * 3_000_000), Limits(message=1_000_000))
    assert "longer than" in raw.fault


@pytest.mark.parametrize("count", [len(message(1)), 3, 99_999])
def test_emlx_without_its_property_list_even_if_the_count_is_wrong(count: int) -> None:
    data = b'%d\n%s<?xml version="1.0"?><plist></plist>\n' % (count, message(1))
    assert texts(data) == [message(1)]


# Folders and archives


def tar_of(files: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zip_of(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


FILES = {"b.mbox": mbox(message(1), message(2)), "a/one.eml": message(3), "notes.txt": b"no mail\n"}
INSIDE = [("b.mbox", message(1)), ("b.mbox", message(2)), ("a/one.eml", message(3))]


def test_a_folder_is_walked_in_sorted_order_and_other_files_are_passed_over(tmp_path: Path) -> None:
    for name, data in FILES.items():
        write(tmp_path / name, data)
    assert [(name, data) for name, _, data, _ in everything(tmp_path)] == [INSIDE[2], *INSIDE[:2]]


@pytest.mark.parametrize(
    "pack",
    [
        tar_of,
        lambda files: tar_of(files, "w:gz"),
        lambda files: tar_of(files, "w:bz2"),
        lambda files: tar_of(files, "w:xz"),
        zip_of,
        lambda files: zip_of(files, zipfile.ZIP_STORED),
        lambda files: gzip.compress(zip_of(files)),
    ],
    ids=["tar", "tar.gz", "tar.bz2", "tar.xz", "zip", "stored zip", "zip.gz"],
)
def test_an_archive_holds_what_the_folder_holds(tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    found = everything(write(tmp_path / "export", pack(FILES)))
    assert [(name, data) for name, _, data, _ in found] == [(f"!{name}", data) for name, data in INSIDE]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_file_is_the_file(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    write(tmp_path / "mail.mbox.gz", compress(FILES["b.mbox"]))
    assert [(name, at) for name, at, _, _ in everything(tmp_path)] == [
        ("mail.mbox.gz", 0),
        ("mail.mbox.gz", len(FILES["b.mbox"]) // 2),
    ]


def test_an_archive_in_an_archive_is_opened_and_a_third_is_not(tmp_path: Path) -> None:
    twice = zip_of({"inner.zip": zip_of({"x.eml": message(1)})})
    assert [(name, data) for name, _, data, _ in everything(write(tmp_path / "twice", twice))] == [
        ("!inner.zip!x.eml", message(1))
    ]
    thrice = tar_of({"outer.zip": twice})
    ((name, _, _, fault),) = everything(write(tmp_path / "thrice", thrice))
    assert (name, "archives within archives" in fault) == ("!outer.zip!inner.zip", True)


def test_long_names_in_a_tar(tmp_path: Path) -> None:
    name = "/".join(["folder"] * 40) + "/Größe.eml"
    for style in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=style) as archive:
            info = tarfile.TarInfo(name)
            info.size = len(message(1))
            archive.addfile(info, io.BytesIO(message(1)))
        assert everything(write(tmp_path / "long.tar", out.getvalue())) == [(f"!{name}", 0, message(1), "")]


def test_the_names_in_an_archive_steer_no_terminal(tmp_path: Path) -> None:
    name = "in\x1b]0;owned\x07box/\x9b2J\u202egpj.eml"
    for data in (zip_of({name: message(1)}), tar_of({name: message(1)})):
        ((shown, *_),) = everything(write(tmp_path / "archive", data))
        assert shown == "!in\ufffd]0;owned\ufffdbox/\ufffd2J\ufffdgpj.eml"


def test_a_maildir_is_read_but_for_what_is_not_delivered(tmp_path: Path) -> None:
    for name in ("cur/1.a.host:2,S", "new/2.b.host", "tmp/3.c.host", ".Sent/cur/4.d.host:2,"):
        write(tmp_path / name, message(int(name.partition(".a")[0][-1]) if ".a" in name else 9))
    assert [name for name, *_ in everything(tmp_path)] == [".Sent/cur/4.d.host:2,", "cur/1.a.host:2,S", "new/2.b.host"]


def test_links_are_named_not_followed_and_devices_not_opened(tmp_path: Path) -> None:
    write(tmp_path / "one.eml", message(1))
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe")
    found = everything(tmp_path)
    assert [(name, bool(fault)) for name, _, _, fault in found] == [("one.eml", False), ("round", True)]


def test_a_file_name_in_no_character_set_can_still_be_written_down(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"Gr\xfc\xdfe.eml")).write_bytes(message(1))
    except OSError:
        pytest.skip("this file system refuses such names")
    ((name, *_),) = everything(tmp_path)
    assert name.encode().startswith(b"Gr")


def test_an_unreadable_file_in_a_folder_is_a_fault_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.eml", message(1))
    write(tmp_path / "b.eml", message(2))
    really_open = Path.open

    def refuse(self: Path, *arguments: object, **named: object) -> object:
        if self.name == "a.eml":
            raise PermissionError(13, "Permission denied")
        return really_open(self, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    (a, b) = everything(tmp_path)
    assert a[0] == "a.eml"
    assert "give yourself the right" in a[3]
    assert b[2] == message(2)


# Damage and bombs


MANY = [message(number, os.urandom(60).hex().encode() * 20) for number in range(50)]


@pytest.mark.parametrize(
    "pack",
    [
        lambda data: gzip.compress(data),
        lambda data: bz2.compress(data),
        lambda data: lzma.compress(data),
        lambda data: tar_of({"x.mbox": data}, "w:gz"),
        lambda data: zip_of({"x.mbox": data}),
        lambda data: zip_of({"x.mbox": data}, zipfile.ZIP_STORED),
    ],
    ids=["gz", "bz2", "xz", "tar.gz", "zip", "stored zip"],
)
def test_what_came_before_a_cut_is_kept_and_the_cut_is_told_once(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    whole = pack(mbox(*MANY))
    found = everything(write(tmp_path / "cut", whole[: len(whole) * 2 // 3]))
    good = [data for _, _, data, fault in found if not fault]
    assert [bool(fault) for _, _, _, fault in found] == [False] * len(good) + [True]
    assert good[:-1] == MANY[: max(len(good) - 1, 0)]
    if not whole.startswith(b"BZh"):
        assert len(good) > 20


def test_members_before_the_cut_of_an_archive_are_whole(tmp_path: Path) -> None:
    files = {f"{number}.eml": each for number, each in enumerate(MANY)}
    for pack in (tar_of, zip_of):
        whole = pack(files)
        found = everything(write(tmp_path / "cut", whole[: len(whole) // 2]))
        assert "cut off" in found[-1][3]
        good = [data for _, _, data, fault in found if not fault]
        assert good[:-1] == MANY[: max(len(good) - 1, 0)]


def test_a_bomb_is_cut_off_by_its_ratio(tmp_path: Path) -> None:
    limits = Limits(free=1_000_000)
    bomb = mbox(message(1)) + b"\n" * 20_000_000
    for name, data in {"b.gz": gzip.compress(bomb), "b.zip": zip_of({"x": bomb})}.items():
        found = everything(write(tmp_path / name, data), limits)
        assert "unpacks to more than 200 times" in found[-1][3]


def test_all_archives_together_are_bounded(tmp_path: Path) -> None:
    data = zip_of({f"{number}.eml": message(number, os.urandom(1_000).hex().encode()) for number in range(10)})
    found = everything(write(tmp_path / "big.zip", data), Limits(total=10_000))
    assert "all archives together" in found[-1][3]


def test_a_locked_zip_says_so(tmp_path: Path) -> None:
    data = bytearray(zip_of({"x.eml": message(1)}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    ((_, _, _, fault),) = everything(write(tmp_path / "locked.zip", bytes(data)))
    assert "password" in fault


# Folder names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sent Items", "sent"), ("_sent_mail.mbox", "sent"), ("Gesendet", "sent"), ("Éléments envoyés", "sent"),
        ("INBOX", "inbox"), ("Entwürfe", "draft"), ("Junk E-Mail", "spam"), ("迷惑メール", "spam"),
        ("deleted_items", "trash"), ("Papierkorb", "trash"), ("Projects", ""), ("spam-1", ""),
    ],
)  # fmt: skip
def test_the_usual_folders_are_known_in_many_languages(name: str, expected: str) -> None:
    assert folder_named(name) == expected


def test_the_innermost_folder_counts() -> None:
    assert folder_of_path("Mail/Trash/Sent.mbox") == "sent"
    assert folder_of_path("Maildir/.Work.Sent/cur/1.host:2,S") == "sent"
    assert folder_of_path("takeout.zip!Takeout/Mail/Inbox.mbox") == "inbox"


def test_labels_of_takeout_are_encoded_and_localised() -> None:
    assert folder_of_labels("=?UTF-8?Q?Messages_envoy=C3=A9s,Bo=C3=AEte_de_r=C3=A9ception?=") == "sent"
    assert folder_of_labels("Inbox,Spam") == "spam"
    assert folder_of_labels("Opened,Category Updates") == ""


def test_flags_of_a_maildir_file() -> None:
    assert folder_of_flags("cur/1.host:2,DS") == "draft"
    assert folder_of_flags("cur/1.host:2,ST") == "trash"
    assert folder_of_flags("cur/1.host:2,S") == ""
