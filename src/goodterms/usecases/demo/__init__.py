"""The demo's company: an invented vendor with a past, lived through the same journeys as anybody's."""
