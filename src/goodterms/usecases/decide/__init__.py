"""Deciding cases that are lines of text: the command `decide`, which needs no database."""
