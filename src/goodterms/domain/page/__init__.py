"""The public page, made from the data the engine enforces."""
