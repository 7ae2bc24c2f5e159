"""The tables, and the only place that writes rows."""
