"""Letters: what each kind states, for whom, in which words, and their delivery."""
