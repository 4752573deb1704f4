"""The program as a person and as a script sees it: words, JSON, exit codes, hints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from weakties.answers import questions
from weakties.cli.main import COMMANDS, run

MBOX = """\
From me@me.example Mon Jan  5 12:00:00 2026
Message-ID: <1@me.example>
From: Mona Quill <me@me.example>
To: Ana Lopez <ana@acme.example>
Date: Mon, 5 Jan 2026 12:00:00 +0000
Subject: The lens

Could you send me the drawings of the lens?

From ana@acme.example Tue Jan  6 12:00:00 2026
Message-ID: <2@acme.example>
In-Reply-To: <1@me.example>
References: <1@me.example>
From: Ana Lopez <ana@acme.example>
To: Mona Quill <me@me.example>
Date: Tue, 6 Jan 2026 12:00:00 +0000
Subject: Re: The lens

They are on their way. When would you like to meet?

From ben@glass.example Wed Jan  7 12:00:00 2026
Message-ID: <3@glass.example>
From: Ana Silva <ana@glass.example>
To: Mona Quill <me@me.example>
Date: Wed, 7 Jan 2026 12:00:00 +0000
Subject: Hello

Nice to have met you.

From daily@news.example Thu Jan  8 12:00:00 2026
Message-ID: <4@news.example>
From: The Daily <daily@news.example>
To: me@me.example
Date: Thu, 8 Jan 2026 12:00:00 +0000
List-Unsubscribe: <https://news.example/u>
Subject: News

All the news.

From nobody Fri Jan  9 12:00:00 2026
Subject: no author at all

Boo.

"""
AS_OF = ("--as-of", "2026-01-20")


class Program:
    """The program in one process, with what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], home: Path) -> None:
        self._capsys, self.home = capsys, home
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = run(["--home", str(self.home), *words])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *words: str) -> Any:
        assert self(*words, "--json") == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def mbox(tmp_path: Path) -> Path:
    path = tmp_path / "mail.mbox"
    path.write_text(MBOX, encoding="utf-8")
    return path


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    return Program(capsys, tmp_path / "home")


@pytest.fixture
def full(program: Program, mbox: Path) -> Program:
    program("import", str(mbox), "--me", "me@me.example")
    return program


def test_an_import_adds_up_and_says_what_was_rejected(program: Program, mbox: Path) -> None:
    assert program("import", str(mbox), "--json") == 3
    (said,) = json.loads(program.out)["imports"]
    assert said["events"] == {"read": 5, "new": 4, "known": 0, "rejected": 1}
    assert said["source"] == "mail"
    assert said["automated"] == 1
    assert program("imports", "show", said["id"]) == 0
    assert "no author" in program.out
    assert program("import", str(mbox), "--json") == 3
    assert json.loads(program.out)["imports"][0]["events"] == {"read": 5, "new": 0, "known": 4, "rejected": 1}


def test_an_import_for_people_says_whose_mail_it_is(program: Program, mbox: Path) -> None:
    program("import", str(mbox))
    assert "me is me@me.example" in program.out
    assert "1 automated sender set aside" in program.out
    assert "1 rejected" in program.out


def test_a_dry_run_keeps_nothing(program: Program, mbox: Path) -> None:
    program("import", str(mbox), "--dry-run")
    assert "Nothing was kept" in program.out
    assert program.json("imports", "list") == {"imports": []}


def test_a_dry_run_counts_as_the_import_does(program: Program, mbox: Path, tmp_path: Path) -> None:
    """Three messages of the mailbox are in the second file as well; the third file is the first again."""
    (tmp_path / "part.mbox").write_text(MBOX[: MBOX.index("From daily")], encoding="utf-8")
    (tmp_path / "again.mbox").write_text(MBOX, encoding="utf-8")
    paths = [str(mbox), *(str(tmp_path / name) for name in ("part.mbox", "again.mbox"))]
    for _ in range(2):
        said = []
        for flag in (["--dry-run"], []):
            assert program("import", *paths, *flag, "--json") == 3
            said.append([{**i, "automated": 0} for i in json.loads(program.out)["imports"]])
        assert said[0] == said[1]
    assert [i["events"]["known"] for i in said[0]] == [4, 3, 4]


def test_undo_removes_an_import(full: Program) -> None:
    name = full.json("imports", "list")["imports"][0]["id"]
    assert full("imports", "undo", name) == 0
    assert full.json("imports", "list") == {"imports": []}


def test_reads_answer_in_one_shape(full: Program) -> None:
    for question in (
        ["today"],
        ["waiting"],
        ["people"],
        ["person", "lopez"],
        ["why", "lopez"],
        ["timeline", "lopez"],
        ["review"],
    ):
        said = full.json(*question, *AS_OF)
        assert said["as_of"] == "2026-01-20"
        assert said["question"] == question[0]
        assert said["formula"]
        assert said["total"] >= len(said["rows"])
        for row in said["rows"]:
            if "person" in row:
                assert set(row["person"]) == {"id", "name", "handles"}
            for reason in row["reasons"] if isinstance(row.get("reasons"), list) else []:
                if isinstance(reason, dict):
                    assert set(reason) == {"what", "weight", "text", "evidence"}


def test_the_same_question_twice_gives_the_same_bytes(full: Program) -> None:
    full("why", "lopez", *AS_OF, "--json", "--origins")
    first = full.out
    full("why", "lopez", *AS_OF, "--json", "--origins")
    assert full.out == first


def test_json_goes_to_standard_output_alone(full: Program) -> None:
    full("people", *AS_OF, "--json")
    json.loads(full.out)
    assert full.err == ""


def test_why_opens_down_to_file_and_offset(full: Program) -> None:
    row = full.json("why", "lopez", *AS_OF, "--origins")["rows"][0]
    places = [p for found in row["origins"].values() for p in found]
    assert {p["offset"] for p in places} >= {0}
    assert full("why", "lopez", *AS_OF) == 0
    assert "strength" in full.out
    assert "Rhythm" in full.out


def test_waiting_names_both_sides(full: Program) -> None:
    full("waiting", *AS_OF)
    assert "They wait for your answer" in full.out
    assert "Ana Lopez" in full.out


def test_an_ambiguous_person_lists_the_candidates(full: Program) -> None:
    assert full("why", "ana", *AS_OF) == 2
    assert "Ana Lopez (ana@acme.example)" in full.err
    assert "Ana Silva (ana@glass.example)" in full.err


def test_an_unknown_person_gets_the_nearest(full: Program) -> None:
    assert full("why", "ana lopes", *AS_OF) == 2
    assert "Did you mean Ana Lopez?" in full.err


def test_a_mistyped_command_gets_the_nearest(program: Program) -> None:
    assert program("todya") == 2
    assert "Did you mean today" in program.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["today"], "Nothing has been imported yet"),
        (["why"], "Missing argument"),
        (["imports", "undo", "zz"], "No import begins with 'zz'"),
        (["today", "--as-of", "soon"], "write it as 2026-03-01"),
        (["today", "--minutes", "0"], "minutes"),
        (["import", "/nowhere/at/all"], "nothing at /nowhere/at/all"),
        (["undo"], "no decision to undo"),
        (["today", "--limit", "99999999999999999999"], "is not in the range"),
        (["overrule", "lopez", "strength", "nan"], "no number from 0 to 1"),
        (["overrule", "lopez", "strength", "inf"], "not in the range"),
        (["note", "lopez", "\udcff\x1b[2J"], "no text in UTF-8"),
        (["tag", "lopez", "\udcff"], "no text in UTF-8"),
        (["why", "\udcff"], "no text in UTF-8"),
        (["import", "/dev/null"], "/dev/null is no file or folder"),
        (["demo", "--folder", "/dev/null/y"], "cannot be written to /dev/null/y"),
    ],
)
def test_every_error_says_what_and_what_to_type(program: Program, words: list[str], said: str) -> None:
    assert program(*words) in (1, 2)
    assert said in program.err
    assert "Traceback" not in program.err


def test_errors_are_json_when_asked(program: Program) -> None:
    assert program("today", "--json") == 2
    assert set(json.loads(program.err)) == {"error", "hint", "code"}
    assert program.out == ""


def test_a_file_that_is_no_mail_is_told(program: Program, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20)
    assert program("import", str(tmp_path / "photo.jpg")) == 1
    assert "nothing that weakties can read" in program.err


DECISIONS = [
    (["touch", "lopez", "--channel", "call"], "touch"),
    (["snooze", "lopez", "--days", "9"], "snooze"),
    (["cadence", "lopez", "30"], "cadence"),
    (["note", "lopez", "likes lenses"], "note"),
    (["tag", "lopez", "optics"], "tag"),
    (["relation", "lopez", "friend"], "relation"),
    (["hide", "lopez"], "hide"),
    (["overrule", "lopez", "strength", "0.7"], "overrule"),
    (["outcome", "lopez", "a customer"], "outcome"),
    (["human", "daily"], "human"),
    (["human", "silva", "--machine"], "machine"),
    (["merge", "lopez", "silva"], "merge"),
    (["split", "ana@acme.example", "ana@glass.example"], "split"),
    (["person", "add", "Nadia Quillfeather", "--met", "Lisbon"], "person"),
]


@pytest.mark.parametrize(("words", "kind"), DECISIONS, ids=[kind for _, kind in DECISIONS])
def test_every_decision_is_kept_and_can_be_taken_back(full: Program, words: list[str], kind: str) -> None:
    assert full(*words) == 0, full.err
    assert "takes it back" in full.out
    full("undo", "--list")
    assert kind in full.out
    assert full("undo") == 0
    full("undo", "--list")
    assert kind not in full.out.split()


NOBODY = [
    (["merge", "ana@acme.example", "ana@glas.example"], "ana@glass.example"),
    (["merge", "ana@acme.exampl", "ana@glass.example"], "ana@acme.example"),
    (["split", "ana@acme.example", "ana@glas.example"], "ana@glass.example"),
    (["split", "email:na@acme.example", "ana@glass.example"], "ana@acme.example"),
    (["merge", "ana lopes", "silva"], "Ana Lopez"),
    (["touch", "na@acme.example"], "ana@acme.example"),
    (["snooze", "ana@acme.exampl"], "ana@acme.example"),
    (["cadence", "ana@acme.exampl", "30"], "ana@acme.example"),
    (["note", "ana@acme.exampl", "x"], "ana@acme.example"),
    (["tag", "ana@acme.exampl", "x"], "ana@acme.example"),
    (["relation", "ana@acme.exampl", "friend"], "ana@acme.example"),
    (["hide", "ana@acme.exampl"], "ana@acme.example"),
    (["overrule", "ana@acme.exampl", "strength", "0.5"], "ana@acme.example"),
    (["outcome", "ana@acme.exampl", "a job"], "ana@acme.example"),
    (["human", "dayly@news.example"], "daily@news.example"),
]


@pytest.mark.parametrize(("words", "near"), NOBODY, ids=[" ".join(words) for words, _ in NOBODY])
def test_a_decision_on_an_address_that_nobody_has_is_refused(full: Program, words: list[str], near: str) -> None:
    """A whole address means itself, never a longer one that contains it."""
    assert full(*words) == 2
    assert "Nobody here answers to" in full.err
    assert f"Did you mean {near}" in full.err
    full("undo", "--list")
    assert words[0] not in full.out.split()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["note", "lopez", " "], "it is empty"),
        (["tag", "lopez", ""], "it is empty"),
        (["person", "add", ""], "it is empty"),
        (["snooze", "lopez", "--until", "2020-01-01"], "2020-01-01 is over or today"),
        (["touch", "me@me.example"], "is whose mail this is"),
        (["hide", "mona"], "is whose mail this is"),
    ],
)
def test_a_decision_that_says_nothing_is_refused(full: Program, words: list[str], said: str) -> None:
    assert full(*words) == 2
    assert said in full.err
    full("undo", "--list")
    assert words[0] not in full.out.split()


def test_a_wrong_value_of_a_setting_is_told_with_its_place(full: Program, tmp_path: Path) -> None:
    (tmp_path / "home" / "config.toml").write_text("minuts = 5\n", encoding="utf-8")
    assert full("today") == 2
    assert "Did you mean minutes?" in full.err
    (tmp_path / "home" / "config.toml").write_text('minutes = "many"\n', encoding="utf-8")
    assert full("config", "show") == 2
    assert "must be a whole number" in full.err


def test_config_show_says_where_each_value_came_from(
    full: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home" / "config.toml").write_text("minutes = 5\n", encoding="utf-8")
    monkeypatch.setenv("WEAKTIES_PER_CIRCLE", "7")
    said = full.json("config", "show")["settings"]
    assert said["minutes"] == {"value": 5, "from": str(tmp_path / "home" / "config.toml")}
    assert said["per_circle"] == {"value": 7, "from": "WEAKTIES_PER_CIRCLE"}
    assert said["horizon_days"]["from"] == "default"


def test_refresh_is_proved_equal(full: Program) -> None:
    assert full("refresh", "--check") == 0
    assert "Proved equal" in full.out


def test_doctor_finds_an_open_home_and_names_the_fix(full: Program, tmp_path: Path) -> None:
    assert full("doctor") == 0
    (tmp_path / "home").chmod(0o755)
    assert full("doctor") == 1
    assert "chmod 700" in full.out


def test_incognito_names_nobody(full: Program) -> None:
    for question in (["people"], ["waiting"], ["today"], ["review"]):
        for words in ([*question, *AS_OF, "--incognito"], [*question, *AS_OF, "--incognito", "--json"]):
            full(*words)
            for secret in ("lopez", "silva", "acme", "glass.example", "lens", "me.example"):
                assert secret not in full.out.lower(), (words, secret)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(program: Program, shell: str) -> None:
    assert program("completion", shell) == 0
    assert "_WEAKTIES_COMPLETE" in program.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(program: Program, command: str) -> None:
    assert program(command, "--help") == 0
    assert "Usage: weakties" in program.out


def test_help_loads_no_engine() -> None:
    script = (
        "import sys; from weakties.cli.main import run; run(['--help']);"
        "print([m for m in ('duckdb', 'pyarrow', 'narwhals', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")


def test_reading_ties_loads_no_writer() -> None:
    """Reads must not pay for what only imports need."""
    script = "import sys; import weakties.workspace; print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


HOSTILE = """\
From me@me.example Mon Jan  5 12:00:00 2026
Message-ID: <1@me.example>
From: Mona Quill <me@me.example>
To: =?utf-8?q?Ana_=1B]0;owned=07=C2=9B2J_=E2=80=AEzepoL?= <ana@acme.example>
Date: Mon, 5 Jan 2026 12:00:00 +0000
Subject: =?utf-8?q?A_=1B[2J=C2=9B31m_lens=E2=80=AE?=

Could you send me the drawings?

From ana@acme.example Tue Jan  6 12:00:00 2026
Message-ID: <2@acme.example>
From: =?utf-8?q?Ana_=1B]0;owned=07=C2=9B2J_=E2=80=AEzepoL?= <ana@acme.example>
To: Mona Quill <me@me.example>
Date: Tue, 6 Jan 2026 12:00:00 +0000
Subject: =?utf-8?q?Another_=C2=9B31m_lens=E2=80=AE?=

When would you like to meet?

"""
STEERING = {
    chr(c) for c in (*range(10), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def test_mail_does_not_steer_the_terminal(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "in\x1b]0;owned\x07box.mbox"
    path.write_text(HOSTILE, encoding="utf-8")
    program("import", str(path), "--me", "me@me.example")
    everything = [program.out + program.err]
    for question in ("today", "waiting", "people", "review", "person ana", "why ana", "timeline ana", "imports"):
        as_of = () if question == "imports" else ("--as-of", "2026-03-20")
        for words in (question.split(), [*question.split(), "--json"]):
            if words != ["imports", "--json"]:
                assert program(*words, *as_of) == 0, program.err
            everything.append(program.out + program.err)
    program("touch", "ana")
    everything.append(program.out)
    program("why", "ana\x1b[2J nobody")
    everything.append(program.err)
    for printed in everything:
        assert not STEERING & set(printed), ascii(printed)


def test_where_there_is_no_tie_it_is_said_why(full: Program) -> None:
    full("person", "add", "Nadia Quillfeather")
    full("hide", "silva")
    for who, said in (
        ("mona", "This is whose mail it is"),
        ("silva", "You hid them"),
        ("silva", "You decided: hide (undo 3 takes it back)"),
        ("nadia", "You were not in touch by 2026-01-20."),
        ("daily", "Set aside as a machine: "),
        ("daily", f"weakties --home {full.home} human daily@news.example overrules that.\n"),
    ):
        for question in ("person", "why"):
            assert full(question, who, *AS_OF) == 0
            assert said in full.out, (question, who)
    assert full("timeline", "mona", *AS_OF) == 0
    assert "There is nothing between you and Mona Quill by 2026-01-20." in full.out


def test_nobody_is_compared_with_herself(full: Program) -> None:
    assert full("why", "lopez", "ana@acme.example", *AS_OF) == 2
    assert "mean one handle" in full.err


def test_names_are_quoted_for_the_shell(full: Program) -> None:
    full("person", "add", "Nadia $HOME O'Hara")
    full("person", "Nadia")
    assert "touch 'Nadia $HOME O'\"'\"'Hara' says" in full.out
    assert "@hand" not in full.out


def test_a_reader_who_has_had_enough_is_no_failure(full: Program, tmp_path: Path) -> None:
    for words in (
        ["timeline", "lopez", *AS_OF],
        ["people", *AS_OF, "--json"],
        ["--help"],
        ["people", "-h"],
        ["--version"],
    ):
        reading, writing = os.pipe()
        os.close(reading)
        command = [sys.executable, "-m", "weakties", "--home", str(tmp_path / "home"), *words]
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
        os.close(writing)
        assert (done.returncode, done.stderr) == (0, b"")


def test_an_answer_that_cannot_be_written_is_told(full: Program, tmp_path: Path) -> None:
    command = f"{sys.executable} -m weakties --home {tmp_path / 'home'} people --as-of 2026-01-20"
    to_full = subprocess.run(f"{command} > /dev/full", shell=True, capture_output=True, text=True, check=False)
    assert to_full.returncode == 1
    assert to_full.stderr.startswith("weakties: The answer cannot be written: No space left on device.\n")
    closed = subprocess.run(f"{command} >&-", shell=True, capture_output=True, text=True, check=False)
    assert (closed.returncode, closed.stderr) == (0, "")


def test_nothing_is_imported_when_one_path_is_missing(program: Program, mbox: Path) -> None:
    assert program("import", str(mbox), "/nowhere/at/all", "--me", "me@me.example") == 1
    assert program.json("imports", "list") == {"imports": []}
    program("undo", "--list")
    assert "me@me.example" not in program.out


def test_a_home_inside_the_folder_that_is_imported_is_left_out(
    capsys: pytest.CaptureFixture[str], mbox: Path, tmp_path: Path
) -> None:
    inside = Program(capsys, tmp_path / "mine" / ".home")
    (tmp_path / "mine").mkdir()
    mbox.rename(tmp_path / "mine" / "mail.mbox")
    for known in (0, 4):
        assert inside("import", str(tmp_path / "mine"), "--me", "me@me.example", "--json") == 3, inside.err
        (said,) = json.loads(inside.out)["imports"]
        assert said["events"] == {"read": 5, "new": 4 - known, "known": known, "rejected": 1}
        inside("people")
        inside("tag", "lopez", "optics")
    assert len(inside.json("imports", "list")["imports"]) == 1


def test_a_pipe_is_no_file(program: Program, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert program("import", str(tmp_path / "pipe")) == 1
    assert "is no file or folder" in program.err


def test_what_was_imported_before_a_failure_is_said(program: Program, mbox: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20)
    assert program("import", str(mbox), str(tmp_path / "photo.jpg"), "--me", "me@me.example") == 1
    assert "mail.mbox   messages" in program.out
    assert "nothing that weakties can read" in program.err
    program("undo", "--list")
    assert "me@me.example" in program.out


def test_messages_come_before_cards_however_often_they_are_read(program: Program, tmp_path: Path) -> None:
    signed = MBOX.replace("Nice to have met you.", "Nice!\n\n-- \nAna Silva\nHead of Glass, Glass Ltd\n+1 416 555 0100")
    (tmp_path / "mail.mbox").write_text(signed, encoding="utf-8")
    for _ in range(2):
        program("import", str(tmp_path / "mail.mbox"))
        assert -1 < program.out.index("messages") < program.out.index("cards")


def test_today_says_why_it_names_nobody(full: Program) -> None:
    full("today", "--as-of", "2020-01-01")
    assert "There is no mail yet on 2020-01-01." in full.out
    full("today", "--as-of", "2026-01-09")
    assert "Nobody is due for a word today." in full.out
    full("cadence", "lopez", "1")
    full("today", *AS_OF, "--minutes", "1")
    assert "Nobody fits into 1 minute: a word takes" in full.out
    assert "1 person deserves one" in full.out
    full("today", *AS_OF)
    assert "1 person deserves a word today (2026-01-20); about" in full.out


def test_today_says_how_many_there_are_in_all(full: Program) -> None:
    full("cadence", "lopez", "1")
    full("cadence", "silva", "1")
    full("today", *AS_OF, "--minutes", "3")
    assert "1 of 2 people who deserve a word today (2026-01-20), in" in full.out
    assert "--minutes 40 shows more" in full.out


def test_wrapped_lines_keep_their_indent(full: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    full("cadence", "lopez", "1")
    full("today", *AS_OF)
    _, *lines = full.out[full.out.index("1. ") :].split("\n\n")[0].splitlines()
    assert len(lines) > 3
    assert all(line.startswith("   ") and line == line.rstrip() and len(line) <= 40 for line in lines)


def test_a_person_is_one_line_and_a_command_is_whole(full: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "64")
    full("person", "add", "Nadia Quillfeather-Montgomery of Lisbon", "--organisation", "The Quillfeather Works")
    full("people", *AS_OF)
    lines = full.out.splitlines()
    rule = next(n for n, line in enumerate(lines) if line.startswith("───"))
    assert len(lines[rule + 1 : lines.index("", rule)]) == 3
    assert f"--home {full.home} person NAME shows one" in full.out


@pytest.mark.parametrize("columns", ["60", "80", "140"])
def test_tables_fit_the_page_and_keep_what_a_row_is_known_by(
    full: Program, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    full("person", "add", "Nadia Quillfeather", "--organisation", "The Quillfeather Works of Lisbon and Porto")
    for words, known in ((["people", *AS_OF], "Nadia Quillf"), (["imports"], "mail.mbox")):
        assert full(*words) == 0
        above, below = full.out.split("───", 1)
        assert len(above.splitlines()) == 1, "the head is one line"
        assert any(known in line for line in below.splitlines())
        assert all(len(line) <= int(columns) for line in full.out.splitlines() if "weakties --home" not in line)


def test_pairs_that_share_a_handle_are_one_question() -> None:
    pairs = [{"a": a, "b": b, "reasons": f"{a}\n{b}"} for a, b in ("ab", "xy", "cd", "bc", "ef", "ad")]
    asked = questions(pairs)
    assert [["".join(pair) for pair in q.pairs] for q in asked] == [["ab", "cd", "bc"], ["xy"], ["ef"]]
    assert [("".join(q.handles), "".join(q.reasons)) for q in asked] == [("abcd", "abcd"), ("xy", "xy"), ("ef", "ef")]


def test_review_prints_both_answers_in_full(program: Program, tmp_path: Path) -> None:
    """Two addresses of a rare name: probable, not certain."""
    other = MBOX.replace("Ana Silva <ana@glass.example>", "Ana Lopez <al@glass.example>")
    (tmp_path / "mail.mbox").write_text(other, encoding="utf-8")
    program("import", str(tmp_path / "mail.mbox"), "--me", "me@me.example")
    program("review", *AS_OF)
    assert "merge al@glass.example ana@acme.example\n" in program.out
    assert "split al@glass.example ana@acme.example\n" in program.out
    assert "1 of 1 question\n" in program.out


def test_a_merge_against_the_evidence_says_so(full: Program) -> None:
    assert full("merge", "ana@acme.example", "ana@glass.example") == 0
    assert "The evidence speaks against it (-" in full.out
    assert "one person" in full.out


def test_what_gives_way_to_the_last_word_is_said(full: Program) -> None:
    ana, silva, daily = "ana@acme.example", "ana@glass.example", "daily@news.example"
    full("merge", ana, silva)
    full("merge", silva, daily)
    assert "gives way" not in full.out
    assert full("split", ana, daily) == 0
    assert full.out.count("What you said before gives way: merge") == 1
    assert "are two people." in full.out
    full("undo")
    assert full("split", ana, silva) == 0
    assert "gives way: merge ana@acme.example and ana@glass.example (2)" in full.out


def test_a_split_of_the_owner_that_her_own_word_forbids_is_not_called_done(program: Program, mbox: Path) -> None:
    program("import", str(mbox), "--me", "me@me.example", "--me", "ana@glass.example")
    assert program("split", "me@me.example", "ana@glass.example") == 0
    assert "Written down, but they stay one person" in program.out
    assert "are two people" not in program.out


def test_no_decision_is_no_empty_table(program: Program) -> None:
    assert program("undo", "--list") == 0
    assert program.out == "You have decided nothing so far.\n"


def test_hints_reach_the_same_home(full: Program) -> None:
    full("touch", "lopez")
    assert f"weakties --home {full.home} undo 2 takes it back." in full.out


def test_hints_of_the_rooms_below_reach_the_same_home(full: Program, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["imports", "undo", "zz"], ["undo", "999"], ["why", "nobody at all"]):
        assert full(*words) == 2
        assert f"weakties --home {full.home} " in full.err, words
    empty = Program(capsys, full.home.parent / "an empty one")
    assert empty("doctor") == 1
    assert f"weakties --home '{empty.home}' import" in empty.out
    assert empty("today", "--json") == 2
    assert f"weakties --home '{empty.home}' import PATH" in json.loads(empty.err)["hint"]


def test_an_empty_home_says_what_to_type(program: Program) -> None:
    for words in (["people"], ["today"], ["waiting"], ["why", "ana"], ["note", "ana", "x"], ["hide", "a@b.example"]):
        assert program(*words) == 2
        assert "Nothing has been imported yet." in program.err
        assert "import PATH" in program.err
        assert "weakties demo" in program.err


def test_people_added_by_hand_are_there_before_any_mail(program: Program) -> None:
    program("person", "add", "Nadia Quillfeather", "--on", "2026-01-05")
    assert program("people", *AS_OF) == 0, program.err
    assert "Nadia Quillfeather" in program.out
    for words in (["today"], ["waiting"], ["person", "nadia"], ["why", "nadia"], ["timeline", "nadia"], ["review"]):
        assert program(*words, *AS_OF) == 0, program.err


def test_an_owner_who_is_not_there_is_told_with_those_who_are(program: Program, mbox: Path) -> None:
    program("import", str(mbox), "--owner", "mona")
    assert program("people", *AS_OF) == 2
    assert "There is no owner 'me'." in program.err
    assert "--owner mona" in program.err


def test_a_home_that_is_no_folder_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    program = Program(capsys, tmp_path / "file")
    assert program("today") == 1
    assert "cannot be used" in program.err
    assert "--home or WEAKTIES_HOME" in program.err


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "1970-01-01", "2040-01-01", "9999-12-31"])
def test_any_day_may_be_asked_for(full: Program, day: str) -> None:
    for question in (["today"], ["waiting"], ["people"], ["person", "lopez"], ["why", "lopez"], ["timeline", "lopez"]):
        assert full(*question, "--as-of", day) == 0, (question, full.err)


def test_incognito_changes_names_and_nothing_else(full: Program) -> None:
    """The facts behind a reason, the last exchange and the channel are found under the real id."""
    full("cadence", "lopez", "1")
    (plain,) = full.json("today", *AS_OF)["rows"]
    (masked,) = full.json("today", *AS_OF, "--incognito")["rows"]
    assert plain["last"]["id"] == masked["last"]["id"]
    assert plain["channel"] == masked["channel"]
    facts = [[reason["evidence"] for reason in row["reasons"]] for row in (plain, masked)]
    assert facts[0] == facts[1]
    assert any(facts[0])


def test_incognito_ids_cannot_be_made_from_addresses(full: Program) -> None:
    plain = {row["person"]["id"] for row in full.json("people", *AS_OF)["rows"]}
    masked = {row["person"]["id"] for row in full.json("people", *AS_OF, "--incognito")["rows"]}
    assert len(masked) == len(plain)
    assert not masked & plain
    assert masked == {row["person"]["id"] for row in full.json("people", *AS_OF, "--incognito")["rows"]}
