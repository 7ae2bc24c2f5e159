"""Other programs' door."""
