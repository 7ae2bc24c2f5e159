"""The story: whole lives of subscriptions, told and checked against expected dates and amounts."""
