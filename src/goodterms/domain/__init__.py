"""The pure kernel: what a subscription is and what may be decided about it.

Standard library only; no clock, no I/O, no randomness, no floats. `now` is always an argument. A `plan_` or
`decide_` function takes loaded values and returns a `Decision` (next state, facts, postings, messages) or a
`Refusal` with a code and a reason.

Here are the values and the life of a subscription. Policies and laws have rooms of their own: `reading` documents,
`judging` cases, `comparing` policies, their `words` and the public `page`.
"""
