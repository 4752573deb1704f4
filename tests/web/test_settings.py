"""Settings are changed where they may be, and what is taken out or forgotten is what was shown."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from weakties import config
from weakties.errors import SettingError
from weakties.facts import erasure, state
from weakties.web.models import SavedView, Token
from weakties.web.pages import privacy

from .conftest import Site, plain


def test_settings_say_where_they_came_from(site: Site) -> None:
    page = site.text("/settings")
    assert "Minutes a day" in page
    assert "The default." in page


def test_a_setting_is_kept_in_the_file_and_holds_at_once(site: Site) -> None:
    file = site.space.home.path / "config.toml"
    file.write_text("# mine\nper_circle = 3  # few\n")
    site.space.change_settings({})
    site.post("/settings/change", {"minutes": "25", "per_circle": "4", "region": "de", "keep_text": "1"})
    assert file.read_text() == '# mine\nper_circle = 4  # few\nminutes = 25\nkeep_text = true\nregion = "DE"\n'
    assert site.space.settings.minutes == 25
    assert 'value="25"' in site.get("/settings").content.decode()
    assert site.get("/").status_code == 200


def test_an_impossible_setting_is_refused_and_nothing_written(site: Site) -> None:
    answer = site.post("/settings/change", {"minutes": "9999"})
    assert answer.status_code == 400
    assert "between 1 and 480" in plain(answer.content.decode())
    assert not (site.space.home.path / "config.toml").exists()


def test_what_the_environment_sets_cannot_be_changed_here(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEAKTIES_MINUTES", "40")
    site.space.change_settings({})
    assert "WEAKTIES_MINUTES" in site.text("/settings")
    site.post("/settings/change", {"minutes": "25"})
    assert site.space.settings.minutes == 40


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "minutes = 30\n"),
        ("minutes = 20  # a coffee", "minutes = 30  # a coffee\n"),
        ('me = [\n  "a@x.example",  # old\n]\n', 'me = [\n  "a@x.example",  # old\n]\nminutes = 30\n'),
    ],
)
def test_a_file_keeps_what_is_not_changed(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / "config.toml").write_text(before)
    config.change(tmp_path, {"minutes": 30})
    assert (tmp_path / "config.toml").read_text() == after
    assert config.load(tmp_path, environment={}).minutes == 30


def test_a_list_of_many_lines_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('me = [\n  "a@x.example",\n  "b@x.example",\n]\nminutes = 20\n')
    config.change(tmp_path, {"me": 'c@x.example, "d"@x.example'})
    assert config.load(tmp_path, environment={}).me == ("c@x.example", '"d"@x.example')
    assert config.load(tmp_path, environment={}).minutes == 20
    with pytest.raises(SettingError):
        config.change(tmp_path, {"minuts": 3})


def test_the_theme_is_kept_by_the_browser(site: Site) -> None:
    site.post("/settings/theme", {"theme": "dark"})
    assert 'data-theme="dark"' in site.get("/settings").content.decode()
    site.post("/settings/theme", {"theme": "system"})
    assert "data-theme" not in site.get("/settings").content.decode()
    assert site.post("/settings/theme", {"theme": "pink"}).status_code == 400


def test_a_token_is_shown_once_and_revoked(site: Site) -> None:
    page = site.post(
        "/settings/tokens/make", {"name": "<b>notes</b>", "scope": ["read", "import", "all"]}
    ).content.decode()
    secret = page.partition("<code>wt_")[2].partition("<")[0]
    token = Token.of(f"wt_{secret}")
    assert token is not None
    assert token.scopes == "read"
    assert "<b>notes" not in page
    assert secret not in site.get("/settings").content.decode()
    site.post("/settings/tokens/revoke", {"token": str(token.pk)})
    assert Token.of(f"wt_{secret}") is None
    assert site.post("/settings/tokens/make", {"name": "x"}).status_code == 400


def test_a_saved_view_is_removed(site: Site) -> None:
    view = SavedView.objects.create(name="Tern", query="org=Tern", owner="me")
    assert "Tern" in site.text("/settings")
    site.post("/settings/views/drop", {"view": str(view.pk)})
    assert not SavedView.objects.exists()


def test_forgetting_shows_what_goes_and_wants_the_name(site: Site) -> None:
    who = site.id_of("Ana")
    page = site.text(f"/settings/forget?who={who}")
    assert "takes this away for ever" in page
    name = site.space.persons([who], view=site.space.read(site.served.as_of))[who].name
    session = site.client.session
    session.update({"later": ["0123"], "_messages": json.dumps([f"{name} is hidden."])})
    session.save()
    wrong = site.post("/settings/forget", {"who": who, "name": "Somebody Else"})
    assert wrong.status_code == 400
    assert not erasure.tombstones(site.space.home)
    done = plain(site.post("/settings/forget", {"who": who, "name": f" {name.upper()} "}).content.decode())
    assert "They are forgotten." in done
    assert name not in done
    assert len(erasure.tombstones(site.space.home)) == 1
    # Whoever asked for it is still in; what their session told is gone.
    assert site.get(f"/people/{who}").status_code == 404
    assert set(site.client.session.keys()) == {"entered"}


def test_the_owner_cannot_be_forgotten(site: Site) -> None:
    me = site.space.owners()[0]["person"]
    assert site.get(f"/settings/forget?who={me}").status_code == 400


def test_all_that_is_kept_of_somebody_is_handed_out(site: Site) -> None:
    answer = site.get(f"/settings/export?who={site.id_of('Ana')}")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert json.loads(answer.content)["messages"]
    assert site.get("/settings/export?who=nobody-at-all").status_code == 404


def test_everything_is_handed_out_as_tables(site: Site) -> None:
    # It is written within the home, and what a server left there that was cut off is swept.
    inside = site.space.home.path / ".outgoing"
    (inside / "cut").mkdir(parents=True)
    privacy.swept(site.space.home)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tempfile.tempdir", str(site.space.home.path / "nowhere"))
        answer = site.post("/settings/export-all")
    assert list(inside.iterdir()) == []
    whole = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert {"events.csv", "people.csv", "decisions.json"} <= set(whole.namelist())


def test_a_backup_is_handed_out_and_remembered(site: Site, tmp_path: Path) -> None:
    from weakties.facts import backup

    words = "five plain words for this"
    answer = site.post("/settings/backup", {"passphrase": words, "again": words})
    file = tmp_path / "taken.backup"
    file.write_bytes(b"".join(answer.streaming_content))
    assert backup.restore(file, words, tmp_path / "back").files > 0
    ((_, path),) = state.backups(site.space.home)
    assert path.endswith("handed out by the page")
    assert site.post("/settings/backup", {"passphrase": words, "again": "other"}).status_code == 400
    assert site.post("/settings/backup", {"passphrase": "short", "again": "short"}).status_code == 400


def test_nothing_is_taken_out_under_invented_names(site: Site) -> None:
    site.served.incognito = True
    page = site.get("/settings").content.decode()
    assert "/settings/backup" not in page
    assert site.post("/settings/export-all").status_code == 400
    assert site.get("/settings/export?who=Ana").status_code == 400
    assert site.get("/settings/forget?who=Ana").status_code == 400


def test_the_check_names_each_finding(site: Site) -> None:
    assert "Only you may look into it." in site.text("/settings/check")
