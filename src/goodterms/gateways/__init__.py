"""The outside money world: one protocol, several adapters."""
