"""The reseller's shop behind the part of Paddle's API that goodterms uses, for tests and trying things out.

It follows the API's reference: transactions with attempts, subscriptions with scheduled changes, refunds as
adjustments that are approved or rejected one at a time, events, signed webhooks, no idempotency keys. What is sold,
renewed and paid back is the shop's own business (`gateways.reseller_shop`); nothing here is Paddle's code, and no real
money moves.
"""
