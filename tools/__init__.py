"""Tools for people who work on goodterms; the product does not use them."""
