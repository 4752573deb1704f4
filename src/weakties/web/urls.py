"""Which address leads to which page."""

from __future__ import annotations

from django.urls import path

from weakties.web import assets
from weakties.web.pages import (
    accounts,
    circles,
    connectors,
    decide,
    entering,
    introductions,
    jobs,
    loose,
    organisations,
    overlooked,
    people,
    person,
    robustness,
    shown,
    sources,
    today,
)
from weakties.web.pages import map as mapped

urlpatterns = [
    path("", today.today, name="today"),
    path("today/budget", today.budget, name="budget"),
    path("people", people.people, name="people"),
    path("people.json", people.as_json, name="people-json"),
    path("people.csv", people.as_csv, name="people-csv"),
    path("jump", people.jump, name="jump"),
    path("people/save", people.save, name="save-view"),
    path("people/bulk", people.bulk, name="bulk"),
    path("people/add", person.add, name="add"),
    path("people/<str:who>", person.person, name="person"),
    path("people/<str:who>/timeline", person.timeline, name="timeline"),
    path("people/<str:who>/decide/<slug:kind>", decide.decide, name="decide"),
    *introductions.PATHS,
    *circles.PATHS,
    *connectors.PATHS,
    *organisations.PATHS,
    *loose.PATHS,
    *overlooked.PATHS,
    *robustness.PATHS,
    path("map", mapped.the_map, name="map"),
    path("map/data", mapped.data, name="map-data"),
    path("map/person/<str:who>", mapped.card, name="map-person"),
    path("facts", person.facts, name="facts"),
    path("undo", decide.undo, name="undo"),
    path("sources", sources.sources, name="sources"),
    path("sources/upload", sources.upload, name="upload"),
    path("sources/me", sources.me, name="me"),
    path("sources/accounts/sync", accounts.sync, name="sync"),
    path("sources/accounts/drop", accounts.drop, name="disconnect"),
    path("sources/connect", accounts.choose, name="connect"),
    path("sources/connect/<slug:kind>", accounts.connect, name="connect-one"),
    path("sources/jobs/<slug:name>", jobs.job, name="job"),
    path("sources/jobs/<slug:name>/part", jobs.part, name="job-part"),
    path("sources/jobs/<slug:name>/events", jobs.events, name="job-events"),
    path("sources/jobs/<slug:name>/stop", jobs.stop, name="job-stop"),
    path("sources/jobs/<slug:name>/bring", jobs.bring, name="job-bring"),
    path("sources/jobs/<slug:name>/drop", jobs.drop, name="job-drop"),
    path("sources/files/<slug:batch>/<slug:what>", sources.files, name="files"),
    path("sources/<slug:name>", sources.one, name="import"),
    path("sources/<slug:name>/undo", sources.undo, name="import-undo"),
    path("sources/<slug:name>/reread", sources.reread, name="import-reread"),
    path("sources/<slug:name>/remove-original", sources.remove_original, name="import-original"),
    path("enter", entering.enter, name="enter"),
    path("sign-in", entering.sign_in, name="sign-in"),
    path("sign-out", entering.sign_out, name="sign-out"),
    path("welcome", entering.welcome, name="welcome"),
    path("more", shown.more, name="more"),
    path("counting", shown.counting, name="counting"),
    path("manifest.webmanifest", assets.manifest, name="manifest"),
    path("static/<path:name>", assets.static, name="static"),
]

handler404 = "weakties.web.pages.refused.absent"
handler500 = "weakties.web.pages.refused.broken"
