"""Every address of the demo's pages. They need no sign-in: whoever reaches a demo may be anybody in it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from goodterms.demo import bank, clock, inbox, people

app_name = "demo"

urlpatterns = [
    path("", login_not_required(people.overview), name="home"),
    path("sign-in/", login_not_required(people.sign_in), name="sign_in"),
    path("clock/", login_not_required(clock.clock), name="clock"),
    path("inbox/", login_not_required(inbox.inbox), name="inbox"),
    path("inbox/<int:bucket>/<uuid:id>/", login_not_required(inbox.mail), name="mail"),
    path("inbox/<int:bucket>/<uuid:id>/letter", login_not_required(inbox.letter), name="letter"),
    path("bank/", login_not_required(bank.bank), name="bank"),
]
