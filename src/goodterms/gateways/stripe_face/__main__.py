"""`python -m goodterms.gateways.stripe_face --data DIR --port N [--test-clock]`: run the bank behind Stripe's API."""

from __future__ import annotations

from goodterms.gateways.bank.__main__ import main
from goodterms.gateways.stripe_face.server import application

if __name__ == "__main__":
    main(application=application)
