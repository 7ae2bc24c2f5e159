"""Every address of the demo's pages. They need no sign-in: whoever may enter may be anybody in it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from goodterms.demo import bank, clock, door, inbox, people
from goodterms.demo.door import View, behind_it

app_name = "demo"


def _at(route: str, view: View, name: str) -> URLPattern:
    return path(route, login_not_required(behind_it(view)), name=name)


urlpatterns = [
    path("enter/", login_not_required(door.enter), name="enter"),
    _at("", people.overview, "home"),
    _at("sign-in/", people.sign_in, "sign_in"),
    _at("clock/", clock.clock, "clock"),
    _at("inbox/", inbox.inbox, "inbox"),
    _at("inbox/<int:bucket>/<uuid:id>/", inbox.mail, "mail"),
    _at("inbox/<int:bucket>/<uuid:id>/letter", inbox.letter, "letter"),
    _at("bank/", bank.bank, "bank"),
]
