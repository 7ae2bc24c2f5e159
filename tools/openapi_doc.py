"""Writes docs/openapi.json: the document of the API, as `GET /developers/openapi.json` tells it.

Run `python -m tools.openapi_doc` after changing an operation. Its examples are what the tests of the journeys were
answered; to record them anew, run `GOODTERMS_EXAMPLES=src/goodterms/api/examples.json pytest
tests/doors/test_api_journeys.py` first.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def text() -> str:
    """Return the document as it is checked in."""
    from goodterms.api.document import document

    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def main() -> None:
    """Write the document."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodterms.site.settings")
    with tempfile.TemporaryDirectory() as nowhere:
        os.environ["GOODTERMS_DATA"] = nowhere
        os.environ["GOODTERMS_SECRET_KEY"] = secrets.token_hex()
        import django

        django.setup()
        PAGE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
