"""The documentation site: `python -m tools.docsite` (or `make site`) makes it from docs/ into build/site/html."""
