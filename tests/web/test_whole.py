"""Numbers of a form are read within bounds, and what is none is told and breaks nothing."""

from __future__ import annotations

import pytest

from weakties.errors import UsageError
from weakties.web.whole import HIGHEST, page_of, wanted, whole

from .conftest import Site

LONG = "9" * 5_000


@pytest.mark.parametrize("text", ["", "x", "-1", "+1", "1.0", "1_0", "²", "٣", LONG, "1" + "0" * 19, None, ["1"]])
def test_what_is_no_number_of_plain_digits_is_none(text: object) -> None:
    assert whole(text) is None
    assert page_of(text) == 1


def test_bounds_are_within() -> None:
    assert [whole(str(n), 2, 3) for n in (1, 2, 3, 4)] == [None, 2, 3, None]
    assert whole(str(HIGHEST)) == HIGHEST
    assert whole(" 007 ") == 7
    assert wanted("30", 1, 480, what="number of minutes") == 30
    with pytest.raises(UsageError, match="'481' is no number of minutes"):
        wanted("481", 1, 480, what="number of minutes")


@pytest.mark.parametrize("path", ["/jump?q=a&limit={}", "/people?page={}", "/review?page={}", "/sources/x?page={}"])
def test_a_number_of_thousands_of_digits_breaks_no_page(site: Site, path: str) -> None:
    assert site.get(path.format(LONG)).status_code in (200, 404)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/undo", {"numbers": LONG}),
        ("/today/budget", {"minutes": LONG}),
        ("/people/{}/decide/snooze", {"days": LONG}),
        ("/people/{}/decide/cadence", {"days": LONG}),
        ("/people/bulk", {"do": "cadence", "say": LONG}),
        ("/settings/tokens/revoke", {"token": LONG}),
    ],
)
def test_a_form_with_such_a_number_breaks_nothing(site: Site, path: str, sent: dict[str, str]) -> None:
    answer = site.post(path.format(site.id_of("ana")), {**sent, "who": site.id_of("ana")})
    assert answer.status_code in (302, 400)
    assert not site.space.decisions()
