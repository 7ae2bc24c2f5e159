"""The Python client: made from the document as it is, its quick start run, and asking again without acting twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from goodterms.storage.models import FactRow
from goodterms.usecases.api_keys import Scope
from tests.house.sources import ROOT
from tests.support.api import new_key
from tests.support.serving import serving
from tests.support.worlds import Sandbox
from tools.client_stamp import STAMP, digest

CLIENT = ROOT / "clients" / "python"
SAMPLES: list[tuple[str, str]] = re.findall(
    r"^```(\w+)\n(.*?)^```$", (CLIENT / "README.md").read_text(), re.MULTILINE | re.DOTALL
)
#: A client whose first tries are lost after they were sent, and answered with 503.
LOST = """
import httpx, os
from goodterms_client import connect, new_key
from goodterms_client.connect import _Again
from goodterms_client.generated.api.subscriptions import cancel_subscription, preview_cancellation
from goodterms_client.generated.models import Cancel

class Loses(httpx.HTTPTransport):
    left = 2
    def handle_request(self, request):
        answer = super().handle_request(request)
        if request.method == "POST" and Loses.left:
            Loses.left -= 1
            answer.read()
            if Loses.left:
                raise httpx.ReadError("lost")
            return httpx.Response(503, headers={"Retry-After": "0"})
        return answer

goodterms, sub = connect(), os.environ["SUBSCRIPTION"]
goodterms.get_httpx_client()._transport = _Again(Loses())
shown = preview_cancellation.sync(sub, client=goodterms).fingerprint
print(cancel_subscription.sync(sub, client=goodterms, body=Cancel(shown=shown), idempotency_key=new_key()).state)
"""


@pytest.fixture
def environment(sandbox: Sandbox) -> Iterator[dict[str, str]]:
    """A server with one sale, as an environment for samples."""
    sandbox.set_clock(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    sale = sandbox.sell()
    key = new_key(sandbox.world, *Scope).key
    with serving() as url:
        yield {
            **os.environ, "PYTHONPATH": str(CLIENT / "src"), "GOODTERMS_URL": url, "GOODTERMS_KEY": key,
            "CUSTOMER": sale.customer_public_id, "SUBSCRIPTION": sale.public_id,
        }  # fmt: skip


def run(text: str, environment: dict[str, str]) -> str:
    """What a program prints."""
    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_made_from_the_document_as_it_is() -> None:
    """Whoever changes the document makes the client anew."""
    assert STAMP.read_text().strip() == digest(), "run `make client`"


def test_the_quick_start(environment: dict[str, str]) -> None:
    """Copied as it stands, each sample of the guide prints what stands under it, in ten lines or a few more."""
    said = ""
    for language, text in SAMPLES:
        if language == "python":
            said = run(text, environment)
        else:
            assert said == text
    assert sum(language == "python" for language, _ in SAMPLES) == 3


def test_what_is_lost_is_asked_again(environment: dict[str, str]) -> None:
    """An answer that was lost after the act is had by asking again; the act was done once."""
    assert run(LOST, environment) == "non_renewing\n"
    assert FactRow.objects.filter(bucket__gte=0, name="subscription.canceled").count() == 1
