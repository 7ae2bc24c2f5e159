"""Stripe, through its official SDK at a pinned version of its API. No card data ever reaches us."""
