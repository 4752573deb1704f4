"""Today: who deserves a word, and what becomes of the list as the day goes on."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.web.conftest import AS_OF, Site, plain

from weakties.testing import World
from weakties.workspace import Workspace


def test_the_heading_is_the_answer_and_the_card_says_why(site: Site) -> None:
    text = site.text("/")
    assert "Two people deserve a word today." in text
    assert "Ana" in text
    assert "nothing is sent from here" in text
    assert "0 of 15 minutes used" in text


def test_who_waits_and_what_moves_stand_beside(site: Site) -> None:
    text = site.text("/")
    assert "1 for you" in text
    assert "waits for you: The contract" in text


def test_who_answered_since_yesterday_stands_beside(told: Callable[..., World], serving: Callable[..., Site]) -> None:
    world = told(
        """
        2025-06-01  ana <-> me   email x6 every 9d "Lenses"
        2026-02-20  me -> ana    email asks "The grant"
        2026-02-28  ana -> me    email "The grant"
        2026-02-01  me -> bea    email asks "The choir"
        2026-02-10  bea -> me    email "The choir"
        """,
        as_of=AS_OF,
    )
    text = serving(world.workspace).text("/")
    assert "Ana answered The grant" in text
    assert "Bea answered" not in text


def test_done_is_written_down_and_the_minutes_are_used(site: Site) -> None:
    ana = site.id_of("ana")
    answer = site.post(f"/people/{ana}/decide/touch", {"channel": "email", "back": "/"})
    assert answer.headers["Location"] == "/"
    (made,) = site.space.decisions()
    assert (made.kind, made.value) == ("touch", {"on": AS_OF.isoformat(), "channel": "email"})
    text = site.text("/")
    assert "In touch today, by mail." in text
    assert "In touch with Ana." in text
    assert "of 15 minutes used, 1 settled" in text


def test_one_word_is_counted_once_however_often_it_is_said(site: Site) -> None:
    ana = site.id_of("ana")
    for _ in range(2):
        site.post(f"/people/{ana}/decide/touch", {"channel": "email"})
    (first,) = site.space.decisions()
    used = re.search(r"(\d+) of 15 minutes used, 1 settled", site.text("/"))
    assert used
    # Another word with her is another decision, and the same settled person.
    site.post(f"/people/{ana}/decide/touch", {"channel": "call"})
    text = site.text("/")
    assert f"{used[0]}" in text
    assert "In touch today, on the telephone." in text
    assert "by mail." not in text
    site.post("/undo", {"numbers": str(site.space.decisions()[-1].id)})
    assert site.space.decisions() == [first]
    assert "In touch today, by mail." in site.text("/")


def test_the_minutes_are_used_up_only_when_they_are(site: Site) -> None:
    for name in ("ana", "bea", "carla"):
        site.post(f"/people/{site.id_of(name)}/decide/snooze", {"days": "30"})
    text = site.text("/")
    assert "Nobody else is due for a word today." in text
    assert "That is today" not in text
    assert "0 of 15 minutes used, 3 settled" in text


def test_the_sign_beside_today_is_of_the_budget_that_is_set(site: Site) -> None:
    def counted() -> str | None:
        found = re.search(r'href="/"[^>]*data-go="t".*?</a>', site.get("/people").content.decode(), flags=re.S)
        assert found
        number = re.search(r"(\d+)", plain(found[0]))
        return number[1] if number else None

    site.get("/")
    assert counted() == "2"
    site.post("/today/budget", {"minutes": "5"})
    assert counted() is None
    text = site.text("/")
    assert ("One person deserves" in text) == (counted() == "1")


def test_a_word_took_as_long_as_it_did_also_when_it_is_counted(site: Site) -> None:
    """Whoever was asleep is awake after it."""
    ana = site.id_of("ana")
    site.post(f"/people/{ana}/decide/touch", {"channel": "email", "back": "/"})
    assert "5 of 15 minutes used" in site.text("/")
    with site.served.view() as seen:
        assert not seen.behind
        assert seen.space.kinds([ana], view=seen.view) != {ana: "dormant"}


def test_undo_brings_somebody_back(site: Site) -> None:
    ana = site.id_of("ana")
    site.post(f"/people/{ana}/decide/touch", {"channel": "call"})
    (made,) = site.space.decisions()
    site.post("/undo", {"numbers": str(made.id), "back": "/"})
    assert not site.space.decisions()
    assert "Two people deserve a word today." in site.text("/")


def test_a_snooze_and_never_take_somebody_off_the_day(site: Site) -> None:
    ana = site.id_of("ana")
    site.post(f"/people/{ana}/decide/snooze", {"days": "30"})
    assert "Not before 31 March 2026." in site.text("/")
    site.post(f"/people/{ana}/decide/never")
    assert "Never named again." in site.text("/")
    assert "One more person deserves a word today." in site.text("/")


def test_part_of_the_page_comes_back_alone(site: Site) -> None:
    ana = site.id_of("ana")
    part = site.post(f"/people/{ana}/decide/touch", {"channel": "email"}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="day")
    text = part.content.decode()
    assert "<html" not in text
    assert 'id="day"' in text
    assert 'id="toasts"' in text
    assert "In touch with Ana." in text
    # The budget can still be chosen.
    assert '<option value="15" selected>15 minutes</option>' in text


def test_the_budget_is_kept_and_checked(site: Site) -> None:
    site.post("/today/budget", {"minutes": "5"})
    assert "0 of 5 minutes used" in site.text("/")
    for wrong in ("0", "9999", "", "many", "-3"):
        assert site.post("/today/budget", {"minutes": wrong}).status_code == 400
    assert "0 of 5 minutes used" in site.text("/")


def test_nobody_due_says_so_and_leads_on(told: Callable[..., World], serving: Callable[..., Site]) -> None:
    space = told('2026-02-27  bea <-> me   email x2 "Choir"', as_of=AS_OF).workspace
    text = serving(space).text("/")
    assert "Nobody is due for a word today." in text
    assert "Everybody, by value" in text


def test_an_empty_home_leads_to_the_first_file(tmp_path: object, serving: Callable[..., Site], home: object) -> None:
    from weakties.config import Settings
    from weakties.facts.home import Home

    assert isinstance(home, Home)
    site = serving(Workspace(home, Settings()))
    for path in ("/", "/people", "/people/anybody"):
        assert site.get(path).headers["Location"] == "/welcome"
    text = site.text("/welcome")
    assert "One file is enough to begin." in text
    assert "weakties demo" in text


def test_hostile_words_stay_words(told: Callable[..., World], serving: Callable[..., Site]) -> None:
    space = told(
        """
        2025-01-05  ana <-> me   email x12 every 14d "<script>alert(1)</script><img src=x onerror=alert(2)>"
        2026-02-20  bea -> me    email asks "</bdi><svg onload=alert(3)>"
        """.replace("        ", ""),
        as_of=AS_OF,
    ).workspace
    space.decide("note", space.find("ana").handle, text="<script>alert(4)</script>")
    space.decide("tag", space.find("ana").handle, tag='"><script>alert(5)</script>')
    site = serving(space)
    for path in (
        "/",
        "/people",
        f"/people/{site.id_of('ana')}",
        f"/people/{site.id_of('ana')}/timeline",
        "/people?q=<script>",
    ):
        text = site.get(path).content.decode()
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "<svg onload" not in text, path


def test_invented_names_show_nobody_and_decide_nothing(
    told: Callable[..., World], serving: Callable[..., Site]
) -> None:
    from tests.web.conftest import WORLD

    space = told(WORLD, as_of=AS_OF).workspace
    site = serving(space, incognito=True)
    for path in ("/", "/people", "/people.json", "/people.csv"):
        text = site.get(path).content.decode()
        for word in ("Ana", "Bea", "Carla", "ana@", "Lenses", "contract", space.find("ana").person):
            assert word not in text, (path, word)
    shown = site.get("/people.json").json()["rows"][0]["person"]["id"]
    assert site.get(f"/people/{shown}").status_code == 200
    assert site.post(f"/people/{shown}/decide/hide").status_code == 400
    assert site.post("/people/bulk", {"who": [shown], "action": "hide"}).status_code == 400
    assert site.post("/people/add", {"name": "Dara"}).status_code == 400
    for path in ("imports", "accounts", "decisions"):
        assert site.get(f"/api/v1/{path}").status_code == 400
    assert not space.decisions()


def test_the_demo_world_has_a_day(demo_site: Site) -> None:
    text = demo_site.text("/")
    assert "people deserve a word today." in text
    assert "Annual review" in text
    assert "new job" in text
