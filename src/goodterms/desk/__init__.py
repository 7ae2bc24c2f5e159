"""The support team's door."""
