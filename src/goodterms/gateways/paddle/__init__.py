"""Paddle Billing: a merchant of record that sells, charges and refunds by itself, reached by its API."""
