"""Which address leads to which page."""

from __future__ import annotations

from django.urls import path

from weakties.web import assets
from weakties.web.pages import (
    circles,
    connectors,
    decide,
    entering,
    introductions,
    loose,
    organisations,
    overlooked,
    people,
    person,
    robustness,
    shown,
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
    path("enter", entering.enter, name="enter"),
    path("sign-in", entering.sign_in, name="sign-in"),
    path("sign-out", entering.sign_out, name="sign-out"),
    path("welcome", entering.welcome, name="welcome"),
    path("more", shown.more, name="more"),
    path("manifest.webmanifest", assets.manifest, name="manifest"),
    path("static/<path:name>", assets.static, name="static"),
]

handler404 = "weakties.web.pages.refused.absent"
handler500 = "weakties.web.pages.refused.broken"
