"""Measurements of goodterms as ratios to hand-written baselines in the same run: `make bench`."""
