"""The built-in bank behind the part of Stripe's API that goodterms uses, for stories, tests and trying things out.

It follows the API's reference: form bodies, idempotency keys that repeat also a 500, are refused for other parameters
and forgotten after a day, errors with their types, lists with cursors, events, disputes, Checkout in setup mode. What
money does is the bank's own business; nothing here is Stripe's code, and no real money moves.
"""
