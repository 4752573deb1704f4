"""Settings: where each comes from, and what is said of a file that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from weakties import config
from weakties.errors import SettingError


def load(home: Path, **environment: str) -> config.Settings:
    return config.load(home, environment=environment)


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / config.FILE).write_text("minutes = 5\nhorizon_days = 30\nmutual_peak = 7\n", encoding="utf-8")
    environment = {"WEAKTIES_MINUTES": "6", "WEAKTIES_HORIZON_DAYS": "40", "WEAKTIES_HOME": "elsewhere"}
    found = config.load(tmp_path, environment=environment, flags={"minutes": 8, "me": ()})
    assert (found.minutes, found.horizon_days, found.mutual_peak, found.per_circle) == (8, 40, 7, 2)
    said = [found.origins[name] for name in ("minutes", "horizon_days", "mutual_peak", "per_circle")]
    assert said == ["flag", "WEAKTIES_HORIZON_DAYS", str(tmp_path / config.FILE), "default"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"minutes =", "is not valid TOML"),
        (b'me = "\xff"', "is not text in UTF-8"),
        (b"minuts = 5", "nobody knows: minuts"),
        (b"minutes = 481", "between 1 and 480"),
        (b"minutes = 5.0", "must be a whole number"),
        (b"keep_text = 2", "must be true or false"),
        (b"me = 5", "must be a list of texts"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / config.FILE).write_bytes(text)
    with pytest.raises(SettingError, match=said) as caught:
        load(tmp_path)
    assert caught.value.hint


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / config.FILE).mkdir()
    with pytest.raises(SettingError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_a_home_that_is_a_file_has_no_settings(tmp_path: Path) -> None:
    """Whoever opens the home says what is wrong with it."""
    (tmp_path / "home").write_text("x", encoding="utf-8")
    assert load(tmp_path / "home") == load(tmp_path / "nowhere")


def test_lists_are_parted_by_commas_in_the_environment(tmp_path: Path) -> None:
    assert load(tmp_path, WEAKTIES_ME="a@x.example, b@x.example,").me == ("a@x.example", "b@x.example")
