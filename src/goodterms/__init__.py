"""goodterms: auto-renewing subscriptions whose end is as good as their beginning."""

__version__ = "0.1.0"
