"""The audit of a live database: rules, constraints, the gateways' statements, and the journal."""
