"""A reseller that sells and renews by itself, and is spoken to through files in a folder."""
