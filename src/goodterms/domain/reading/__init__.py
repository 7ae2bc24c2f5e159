"""Reading documents: a policy or a law from its text, or every problem with its place."""
