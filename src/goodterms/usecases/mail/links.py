"""Where letters lead: every address that a mail names, in one place. The portal's `urls` answers them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from goodterms.domain.public_id import ORDER, SUBSCRIPTION, encode
from goodterms.usecases.links import inquiry_path, request_path


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of this site, whole."""

    site_url: str

    @property
    def account(self) -> str:
        """The customer's own pages."""
        return f"{self.site_url}/account/"

    @property
    def policy(self) -> str:
        """The public page on cancellations and refunds."""
        return f"{self.site_url}/cancellations-and-refunds/"

    @property
    def desk(self) -> str:
        """The support team's pages; they ask for signing in first."""
        return f"{self.site_url}/desk/"

    def webhook(self, endpoint: UUID) -> str:
        """A webhook endpoint's page at the desk."""
        return f"{self.desk}webhooks/{endpoint}/"

    def subscription(self, bucket: int, id: UUID) -> str:
        """A subscription's page, with its way to manage and cancel."""
        return f"{self.account}subscriptions/{encode(SUBSCRIPTION, bucket, id)}/"

    def refund(self, bucket: int, order_id: UUID) -> str:
        """The page that asks for the money back for an order."""
        return f"{self.account}orders/{encode(ORDER, bucket, order_id)}/refund/"

    def request(self, bucket: int, id: UUID) -> str:
        """A refund request's page for whoever got its letters, without signing in."""
        return f"{self.site_url}{request_path(bucket, id)}"

    def inquiry(self, id: UUID) -> str:
        """The same for a request whose order is not known yet."""
        return f"{self.site_url}{inquiry_path(id)}"
