"""Template tags of the design system; load them with `{% load goodterms_ui %}`."""
