"""The built-in bank: a payment gateway that behaves like a real one, for tests, demos and trying things out.

It is a process of its own with its own books (`python -m goodterms.gateways.bank --data DIR --port N`),
reached over HTTP only. `adapter.Bank` is our side of it; everything else in this package is the far side and
must never be imported by the product, `process.start_bank` excepted. No real money moves here.
"""
