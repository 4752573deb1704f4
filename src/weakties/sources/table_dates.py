"""Days as people and spreadsheets write them: many orders, separators and languages, and the numbers of Excel.

A table seldom says which of `03/04/2024` is the month. A year that stands first is followed by the month, a dot stands behind a
day; what can be no month is a day; else the caller's word for the whole table decides. Years 1971 to 2099 count as possible.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from weakties.sources.dates import possible

_DAY = 86_400
# A birthday of so late a year was written with two figures of it.
_LAST_BORN = 2035
_LONGEST = 80
# Days from the day before 1900-01-01, one of them counted that never was, to 1970-01-01.
_EXCEL_1970 = 25_569

_MONTH_NAMES = (
    "jan january januar janner janv janvier ene enero janeiro gen gennaio januari sty stycznia ocak",
    "feb february februar fev fevr fevrier febrero fevereiro febbraio februari lut lutego",
    "mar march marz maerz mrz mars marzo marco maart mrt marca mart",
    "apr april avr avril abr abril aprile kwi kwietnia",
    "may mai mayo maio mag maggio mei maj maja",
    "jun june juni juin junio junho giu giugno cze czerwca",
    "jul july juli juil juillet julio julho lug luglio lip lipca",
    "aug august aout ago agosto augustus sie sierpnia",
    "sep sept september septembre septiembre set setembro settembre wrz wrzesnia",
    "oct october okt oktober octobre octubre out outubro ott ottobre paz pazdziernika",
    "nov november novembre noviembre novembro lis listopada",
    "dec december dez dezember decembre dic diciembre dezembro dicembre gru grudnia",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})[:h](\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s{0,2}(?:([ap])\.?\s?m\b\.?)?\s{0,2}"
    r"(Z\b|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d))?",
    re.IGNORECASE,
)
# 2024年3月2日
_SIGNS = str.maketrans("年月년월", "----", "日일")
_PART = re.compile(r"\d+|[^\W\d_]+")
_FIGURES = re.compile(r"\s*(\d{1,2})[/-](\d{1,2})[/-]\d", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")


def moment(text: str, *, day_first: bool = False, serial: bool = False) -> int | None:
    """Return seconds UTC of a day, with its time if it has one; None where it is none or out of bounds. No zone means UTC.

    day_first: whether `03/04/2024` is in April; serial: whether a bare number may count days as Excel does.
    """
    text = text.strip()
    # 2026-08-01 02:00:00 UTC: by far the most common.
    if len(text) == 23 and text[4] == "-" and text[13] == ":" and text.endswith(" UTC"):
        clock = text[11:19].split(":")
        midnight = _midnight(text[:10], day_first=False)
        if midnight is not None and len(clock) == 3 and all(part.isascii() and part.isdigit() for part in clock):
            hour, minute, second = map(int, clock)
            if hour < 24 and minute < 60 and second < 61:
                return _bounded(midnight + 3_600 * hour + 60 * minute + second)
    return _moment(text[:_LONGEST], day_first, serial)


@lru_cache(maxsize=16_384)
def _moment(text: str, day_first: bool, serial: bool) -> int | None:  # noqa: FBT001
    if serial and (number := _number(text)) is not None:
        return _bounded(round((number - _EXCEL_1970) * _DAY)) if number > _EXCEL_1970 else None
    clock = 0
    if found := _TIME.search(text):
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        if found[4]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
        if hour > 23 or minute > 59 or second > 60:
            return None
        clock = 3_600 * hour + 60 * minute + second - _zone(found[5] or "")
        text = f"{text[: found.start()]} {text[found.end() :]}"
        if text.rstrip()[-1:] in {"T", "t"}:
            text = text.rstrip()[:-1]
    midnight = _midnight(text.strip(), day_first=day_first)
    return None if midnight is None else _bounded(midnight + clock)


@lru_cache(maxsize=16_384)
def birthday(text: str, *, day_first: bool = False, serial: bool = False) -> str:
    """Return a birthday as `YYYY-MM-DD`, `--MM-DD` where no year is told, empty where it is no day."""
    text = text.strip()[:_LONGEST]
    if serial and (number := _number(text)) is not None:
        day = datetime.fromtimestamp((number - _EXCEL_1970) * _DAY, UTC) if -_EXCEL_1970 < number < 80_000 else None
        return f"{day:%Y-%m-%d}" if day else ""
    if found := re.match(r"\s*--?(\d{1,2})-?(\d{2})\b", text):
        return _told(0, int(found[1]), int(found[2]))
    parts = parts_of(text.partition("T")[0], day_first=day_first)
    if parts is None:
        return ""
    year, month, day_of_month = parts
    if not day_of_month:
        return ""
    if year >= _LAST_BORN:
        year -= 100
    # Clients that must write a year write one in which nobody was born; the first day of all is no day.
    return _told(0 if year == 1604 else year, month, day_of_month) if year in {0, 1604} or year > 1800 else ""


def _told(year: int, month: int, day: int) -> str:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year or 2000, month)[1] and (not year or 1800 < year < 2100)):
        return ""
    return f"{year:04}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"


def parts_of(text: str, *, day_first: bool) -> tuple[int, int, int] | None:
    """Return year, month and day of a day as written, 0 for what it does not tell (a year is always told but beside a month's
    name); None where it is none. The day may be one that its month does not have.
    """
    text = text[:_LONGEST].translate(_SIGNS)
    tokens = _PART.findall(text)
    words = [_MONTHS.get(_plain(token)) for token in tokens if not token.isdecimal()]
    numbers = [token for token in tokens if token.isdecimal()]
    if any(len(number) > 8 for number in numbers) or len(numbers) > 3:
        return None
    months = [word for word in words if word]
    if months:
        return _named(months[0], numbers) if len(set(months)) == 1 else None
    # What is called 3 by no month's name is a day only among figures: "floor 3, room 12, 2024" is none.
    if len(_WORD.findall(text)) > 1:
        return None
    return _figures(numbers, dotted=text.count(".") >= 2, day_first=day_first)


def _named(month: int, numbers: list[str]) -> tuple[int, int, int] | None:
    """Return the day of `12 Mar 2025`, `March 12, 2025`, `12-Mar-25`, `Mar 2025`, `March 12`."""
    years = [number for number in numbers if len(number) == 4]
    others = [number for number in numbers if len(number) <= 2]
    if len(years) + len(others) != len(numbers) or len(years) > 1 or len(others) > 2:
        return None
    if years:
        return (int(years[0]), month, int(others[0]) if others else 0) if len(others) < 2 else None
    if len(others) == 2:
        return _full_year(others[1]), month, int(others[0])
    return (0, month, int(others[0])) if others else None


def _figures(numbers: list[str], *, dotted: bool, day_first: bool) -> tuple[int, int, int] | None:
    if len(numbers) == 3:
        first, second, third = (int(number) for number in numbers)
        if len(numbers[0]) == 4:
            return first, second, third
        if len(numbers[2]) not in (2, 4) or len(numbers[0]) > 2 or len(numbers[1]) > 2:
            return None
        told = _full_year(numbers[2])
        return (
            (told, second, first) if first > 12 or (second <= 12 and (dotted or day_first)) else (told, first, second)
        )
    if len(numbers) == 2 and {len(number) for number in numbers} in ({1, 4}, {2, 4}):
        month, year = map(int, sorted(numbers, key=len))
        return year, month, 0
    if len(numbers) == 1 and len(numbers[0]) == 8:
        return int(numbers[0][:4]), int(numbers[0][4:6]), int(numbers[0][6:])
    if len(numbers) == 1 and len(numbers[0]) == 4:
        return int(numbers[0]), 1, 0
    return None


def _full_year(number: str) -> int:
    year = int(number)
    return year if len(number) == 4 else year + (2000 if year < 70 else 1900)


@lru_cache(maxsize=16_384)
def _midnight(text: str, *, day_first: bool) -> int | None:
    parts = parts_of(text, day_first=day_first)
    if parts is None:
        return None
    year, month, day = parts[0], parts[1], parts[2] or 1
    if not (1971 <= year < 2100 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def figures_say(samples: Iterable[str], *, usually: bool) -> bool:
    """Tell from days as they stand in a column whether the day stands before the month; `usually` where they do not tell."""
    for text in samples:
        if found := _FIGURES.match(text):
            first, second = int(found[1]) > 12, int(found[2]) > 12
            if first != second:
                return first
    return usually


def _bounded(at: int) -> int | None:
    return possible(at)


def _number(text: str) -> float | None:
    """Return a number as a sheet writes days, 1 to 6 figures before the point; a year alone is none."""
    whole, point, rest = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) in (1, 2, 3, 5)) or (point and not rest.isdigit()):
        return None
    return float(text) if text.isascii() else None


def _zone(zone: str) -> int:
    """Return seconds east of UTC."""
    if zone[:1] not in {"+", "-"}:
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return 0 if hours > 14 or minutes > 59 else (3_600 * hours + 60 * minutes) * (-1 if zone[0] == "-" else 1)


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
