"""The operator's first run: one command prepares everything, may be repeated, and says what is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from goodterms.storage import first_run
from goodterms.storage.embedded import create_database, ensure_server
from goodterms.storage.models import Company, MessageRow, PolicyVersion, User
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.wiring import new_id, now, world

PROGRAM = str(Path(sys.executable).with_name("goodterms"))
COMPANY = ("--company", "Vendor", "--product", "Shield", "--color", "#123abc", "--support-email", "Help@Example.org")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command as an operator gives it, on the tests' database."""
    env = {**os.environ, **environment}
    return subprocess.run(
        [PROGRAM, *arguments], env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_init_prepares_everything(transactional_db: None) -> None:
    """Profile, administrator and policy are there after one command, and the same after another."""
    for _ in range(2):
        done = run("init", "--admin-email", "Boss@Example.org", *COMPANY)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[0] == "The database is ready."  # and no list of what was migrated
    company = Company.objects.get()
    assert (company.name, company.product_name, company.accent_color) == ("Vendor", "Shield", "#123abc")
    assert company.support_email == "help@example.org"
    user = User.objects.get()
    assert (user.email, user.role, user.has_usable_password()) == ("boss@example.org", "administrator", False)
    assert PolicyVersion.objects.get().name == "reference"


def test_init_again_sets_what_is_given_and_keeps_the_rest(transactional_db: None) -> None:
    """A second run with one flag changes one value."""
    run("init", *COMPANY)
    assert "There is no administrator yet" in run("init", "--sender-email", "shop@example.org").stdout
    company = Company.objects.get()
    assert (company.name, company.sender_email) == ("Vendor", "shop@example.org")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("init", "--color", "red"), "'red' is not a color like #0b5563"),
        (("init", "--support-email", "nobody"), "'nobody' is not an e-mail address"),
        (("init", "--support-url", "javascript:alert(1)"), "is not an address that starts with https://"),
        (("init", "--company", "A\nBcc: x"), "name must be one line of text"),
        (("init", "--company", ""), "the company needs a name"),
        (("init", "--admin-email", "x@"), "'x@' is not an e-mail address"),
        (("invite", "x@"), "'x@' is not an e-mail address"),
        (("deactivate", "nobody@example.org"), "nobody signs in with 'nobody@example.org'"),
    ],
)
def test_bad_input(transactional_db: None, arguments: tuple[str, ...], complaint: str) -> None:
    """What can not be used is named on one line, and the exit code tells a script."""
    done = run(*arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("goodterms: ")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert not User.objects.exists()


def test_an_unknown_role_is_refused(transactional_db: None) -> None:
    """Only the roles of the desk can be given."""
    done = run("invite", "sam@example.org", "--role", "king")
    assert done.returncode == 2
    assert "specialist" in done.stderr


def test_commands_want_the_tables(data_dir: Path) -> None:
    """On an empty database a command says what to run first."""
    create_database(ensure_server(data_dir, fast=True))
    env = dict.fromkeys(("DATABASE_URL", "DATABASE_OWNER_URL"), "")
    commands = (("worker", "--once"), ("invite", "sam@example.org"), ("import", "."), ("explain", "refund", "1"))
    for arguments in commands:
        for said in (("--data", str(data_dir), *arguments), (*arguments, "--data", str(data_dir))):
            done = run(*said, **env)
            assert done.returncode == 1
            assert done.stderr == "goodterms: the tables are not up to date; run `goodterms migrate` first\n"


@pytest.mark.parametrize(
    "command",
    ["explain refund 1", "import .", "invite sam@example.org", "deactivate sam@example.org", "worker --once"],
)
def test_without_data_nothing_is_made(tmp_path: Path, command: str) -> None:
    """In a directory without data a command says how to point to it, and leaves the directory as it was."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "GOODTERMS_"))}
    done = subprocess.run(
        [PROGRAM, *command.split()], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    hint = "there is no goodterms data in ./data; point to it with `goodterms --data DIR ...`"
    assert done.stderr == f"goodterms: {hint}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize("port", ["-1", "65536", "99999"])
def test_a_port_out_of_range(tmp_path: Path, command: str, port: str) -> None:
    """A port that can not be is refused before anything is made."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "GOODTERMS_"))}
    env["COLUMNS"] = "200"  # the complaint is wrapped to the terminal
    done = subprocess.run(
        [PROGRAM, command, "--port", port], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"or equal to {0 if port == '-1' else 65535} " in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_setting_that_is_refused(transactional_db: None) -> None:
    """What is wrong with the settings is said in one line."""
    done = run("serve", GOODTERMS_PUBLIC_URL="http://example.com")
    assert done.returncode == 1
    assert done.stderr.startswith("goodterms: GOODTERMS_PUBLIC_URL must start with https://")
    assert done.stderr.count("\n") == 1


def test_invited_deactivated_invited_again(transactional_db: None) -> None:
    """A colleague comes by a letter, is shut out at once, and may come back with another role."""
    run("init", "--admin-email", "boss@example.org", *COMPANY)
    assert "works at the desk as specialist." in run("invite", "sam@example.org").stdout
    assert "already" in run("invite", "SAM@example.org").stdout
    assert MessageRow.objects.filter(kind="invitation").count() == 1
    client = Client()
    sam = User.objects.get(email="sam@example.org")
    client.force_login(sam)
    assert client.get("/desk/").status_code == 200
    assert run("deactivate", "sam@example.org").returncode == 0
    assert client.get("/desk/").headers["Location"].startswith("/auth/login/")
    assert "(as before)" in run("deactivate", "sam@example.org").stdout
    assert run("invite", "sam@example.org", "--role", "supervisor").returncode == 0
    sam.refresh_from_db()
    assert (sam.role, sam.is_active) == ("supervisor", True)


def test_the_last_administrator_stays(transactional_db: None) -> None:
    """Nobody can lock everybody out: neither by deactivating nor by another role."""
    run("init", "--admin-email", "boss@example.org", *COMPANY)
    for arguments in (("deactivate", "boss@example.org"), ("invite", "boss@example.org", "--role", "specialist")):
        done = run(*arguments)
        assert done.returncode == 1
        assert "the last administrator" in done.stderr
    run("invite", "kim@example.org", "--role", "administrator")
    assert run("deactivate", "boss@example.org").returncode == 0


def test_the_administrator_signs_in_by_code(transactional_db: None, mailoutbox: list[Any]) -> None:
    """The address given at first run is all that signing in needs."""
    first_run.enlist("boss@example.org", "administrator", now())
    client = Client()
    client.post("/auth/login/code/", {"email": "boss@example.org"})
    code = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})?)\s*$", mailoutbox[0].body, re.MULTILINE)
    assert code
    client.post("/auth/login/code/confirm/", {"code": code[1]})
    assert client.session.get("_auth_user_id") == str(User.objects.get().pk)


def test_who_was_shut_out_gets_no_invitation(transactional_db: None, mailoutbox: list[Any]) -> None:
    """An invitation that has not gone out is withdrawn with the access; invited again, only the new one arrives."""
    for role in ("specialist", "supervisor"):
        first_run.invite("sam@example.org", role, now(), bucket=7, id=new_id())
        if role == "specialist":
            first_run.deactivate("Sam@example.org")
            assert deliver_mail(world()) == 0
    assert deliver_mail(world()) == 1
    assert ["Supervisor" in letter.body for letter in mailoutbox] == [True]
    first_run.invite("kim@example.org", "specialist", now(), bucket=7, id=new_id())
    User.objects.filter(email="kim@example.org").update(is_active=False)  # while a worker has the letter
    deliver_mail(world())
    assert len(mailoutbox) == 1


def test_the_invitation_is_a_letter(transactional_db: None, mailoutbox: list[Any]) -> None:
    """An invitation tells the role and where to sign in, and goes out with the other letters."""
    first_run.set_company({"name": "Vendor", "support_email": "help@example.org"}, now())
    first_run.invite("sam@example.org", "supervisor", now(), bucket=7, id=new_id())
    assert deliver_mail(world()) == 1
    letter = mailoutbox[0]
    assert letter.to == ["sam@example.org"]
    assert letter.subject == "You are invited to the support desk of Vendor"
    assert "Supervisor" in letter.body
    assert "/desk/" in letter.body
