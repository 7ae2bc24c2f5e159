"""The audit: what must hold of every row, asked of a live database in one snapshot.

The rules are data: one small file a group, each rule a number, a name and the statement that finds what breaks it.
"""
