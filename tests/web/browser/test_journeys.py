"""A day before the page: what somebody does, in a real browser, on the demo world."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect
from tests.web.browser.conftest import Live

from weakties.workspace import Workspace

Start = Callable[..., Live]


def test_a_day_by_keys_alone(live: Start, demo: Workspace) -> None:
    """The first is done, the second snoozed for a week, the last thing taken back; the focus goes on with the day."""
    site = live(demo)
    page = site.page
    names = page.locator(".day > li:not(.done) .name")
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()
    assert "deserve a word today." in site.heading()
    page.keyboard.down("d")
    expect(page.locator(".day > .done .name")).to_have_text([first])
    expect(page.locator("#toasts")).to_contain_text(f"In touch with {first}.")
    expect(page.locator("#day summary:focus")).to_contain_text(second)
    # The key is held down: who comes next is not done as well.
    page.keyboard.down("d")
    page.keyboard.up("d")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator(".day > .done .name")).to_have_text([first, second])
    page.keyboard.press("z")
    page.wait_for_load_state()
    expect(page.locator(".day > .done .name")).to_have_text([first])
    kinds = [d.kind for d in demo.decisions()]
    assert kinds == ["touch"]


def test_moving_opening_and_going_by_keys(live: Start, demo: Workspace) -> None:
    site = live(demo)
    page = site.page
    second = page.locator(".day > li .name").nth(1).inner_text()
    page.keyboard.press("j")
    expect(page.locator(".day details[open] .name")).to_have_text(second)
    page.keyboard.press("e")
    expect(page.locator("[popover]:popover-open h2")).to_contain_text("fact")
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    page.wait_for_url("**/people/*")
    assert site.heading() == second
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/people")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_somebody_is_found_while_typing(live: Start, demo: Workspace) -> None:
    site = live(demo)
    page = site.page
    page.keyboard.press("/")
    page.keyboard.type("hvannb")
    expect(page.locator(".jump-list [aria-selected]")).to_contain_text("Þórdís Hvannberg")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    assert site.heading() == "Þórdís Hvannberg"
    site.go("/people")
    page.fill("#q", "müll")
    expect(page.locator("#answer")).not_to_contain_text("people you know")
    assert "q=m" in page.url
    assert page.evaluate("document.activeElement.id") == "q"
    kept = page.locator("#found tbody th").all_inner_texts()
    site.go(page.url.removeprefix(site.address))
    assert page.locator("#found tbody th").all_inner_texts() == kept


def test_two_are_made_one_and_taken_apart_again(live: Start, demo: Workspace) -> None:
    site = live(demo)
    page = site.page
    site.go("/people?sort=name")
    total = site.heading()
    page.locator("#found input[name=who]").nth(0).check()
    page.locator("#found input[name=who]").nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-chosen]")).to_have_text("3 chosen")
    page.select_option("#action", "merge")
    page.click("text=Do it")
    expect(page.locator("#toasts")).to_contain_text("3 people made one.")
    site.go("/people?sort=name")
    expect(page.locator("h1")).not_to_have_text(total, timeout=20_000)
    for decision in demo.decisions():
        demo.undo(decision.id)
    page.wait_for_timeout(1500)
    site.go("/people")
    expect(page.locator("h1")).to_have_text(total, timeout=20_000)


def test_a_number_opens_and_is_overruled(live: Start, demo: Workspace) -> None:
    site = live(demo)
    page = site.page
    site.go(f"/people/{demo.find('Þórdís Hvannberg').person}")
    page.locator("#strength .open").click()
    box = page.locator("#n-strength")
    expect(box).to_be_visible()
    box.locator("input[name=value]").fill("0.9")
    box.locator("text=Overrule").click()
    expect(page.locator("#strength .open")).to_contain_text("0.90")
    expect(page.locator("#strength .open s")).to_be_visible()


def test_without_scripts_the_day_goes_on(live: Start, demo: Workspace) -> None:
    site = live(demo, java_script_enabled=False)
    page = site.page
    first = page.locator(".day > li .name").first.inner_text()
    page.locator("[data-key=d]").first.click()
    expect(page.locator(".day > .done .name")).to_have_text([first])
    page.locator("#toasts button").click()
    expect(page.locator(".day > .done")).to_have_count(0)


def test_dark_is_dark(live: Start, demo: Workspace) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light, dark = (live(demo, theme=theme).page.evaluate(ground) for theme in ("light", "dark"))
    assert light != dark
    assert sum(int(n) for n in dark[4:-1].split(",")) < 150


def test_on_a_telephone_the_bar_is_below_and_leads_everywhere(live: Start, demo: Workspace) -> None:
    site = live(demo, width=390, has_touch=True)
    page = site.page
    bar = page.locator("nav.nav").bounding_box()
    assert bar is not None
    assert bar["y"] > 700
    page.tap("text=More")
    page.wait_for_url("**/more")
    page.tap("main >> text=Circles")
    page.wait_for_url("**/circles")


MAILBOX = "".join(
    f"From ana@example.com Sat Feb  {day} 10:00:00 2026\nFrom: {author}\nTo: {to}\nDate: Sun, {day:02} Feb 2026 10:00:00 +0000\n"
    f"Message-ID: <{day}@example.com>\nSubject: The rig\n\nHow is it?\n\n"
    for day, author, to in (
        (1, "Ana Lopez <ana@example.com>", "me@desk.example"),
        (2, "Me Myself <me@desk.example>", "ana@example.com"),
        (3, "Ana Lopez <ana@example.com>", "me@desk.example"),
        (4, "Me Myself <me@desk.example>", "ana@example.com"),
    )
)


def test_a_first_file_is_dropped_looked_at_and_brought_in(live: Start, empty: Workspace) -> None:
    site = live(empty, as_of=None)
    page = site.page
    page.click("text=Bring in a first file")
    page.wait_for_url("**/sources")
    dropped = page.evaluate_handle(
        "text => { const all = new DataTransfer(); all.items.add(new File([text], 'letters.mbox')); return all; }",
        MAILBOX,
    )
    page.dispatch_event("main", "drop", {"dataTransfer": dropped})
    page.wait_for_url("**/sources/jobs/*", timeout=20_000)
    page.click("text=Bring it in", timeout=20_000)
    # The page looks again by itself when it is in.
    expect(page.locator("h1")).to_have_text("It is in.", timeout=30_000)
    assert empty.imports()
    site.go("/people")
    expect(page.locator("#found")).to_contain_text("Ana Lopez")


def test_an_introduction_is_asked_for_and_drafted(live: Start, demo: Workspace) -> None:
    site = live(demo)
    page = site.page
    site.go("/introductions")
    page.fill("main input[name=q]", "Norrhamn Optics")
    page.keyboard.press("Enter")
    page.wait_for_url("**/introductions?*")
    assert "Norrhamn Optics" in site.heading()
    expect(page.locator(".path").first).to_be_visible()
    page.locator("text=Draft the request").first.click()
    draft = page.locator("textarea:visible").first
    expect(draft).to_have_value(re.compile(r"\S"))


def test_two_sides_of_a_question_are_one_person_by_one_key_and_two_again(live: Start, demo: Workspace) -> None:
    site = live(demo)
    page = site.page
    site.go("/review")
    before = site.heading()
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.locator("#toasts")).to_contain_text("1 question answered: made one.", timeout=20_000)
    assert {d.kind for d in demo.decisions()} == {"merge"}
    expect(page.locator("h1")).not_to_have_text(before)
    page.keyboard.press("z")
    expect(page.locator("h1")).to_have_text(before, timeout=20_000)
    assert not demo.decisions()


def test_somebody_is_found_on_the_map_and_opened(live: Start, demo: Workspace) -> None:
    site = live(demo)
    page = site.page
    site.go("/map")
    expect(page.locator("people-map[data-ready]")).to_be_visible(timeout=20_000)
    page.locator("[data-find]").fill("Hvannberg")
    page.keyboard.press("Enter")
    card = page.locator("[data-beside]")
    expect(card).to_contain_text("Þórdís Hvannberg", timeout=10_000)
    card.locator("a[href^='/people/']").first.click()
    page.wait_for_url("**/people/*")
    assert site.heading() == "Þórdís Hvannberg"
