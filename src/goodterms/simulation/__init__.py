"""A deterministic simulation: the real journeys and workers on a real PostgreSQL, in a world made from one seed.

Everything that runs is an actor with a thread of its own, but only the actor that holds the baton moves. It may lose
the baton, its connection or its life before every statement, commit and call to the outside; which of that happens is
drawn from the seed. The bank and the clock are simulated; journeys, domain, storage and database are the real ones.

`stage` schedules, `engine` is the seam to the database, `bank` and `mail` are the outside, `workers` and `people` are
those who act, `oracle` says after every commit what should be true, `run` plays one seed.
"""
