"""How Sphinx makes the site. Nothing in it is fetched from elsewhere, neither here nor by a reader's browser."""

from __future__ import annotations

project = "goodterms"
author = "the goodterms authors"
html_title = "goodterms"
html_short_title = "goodterms"
language = "en"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"

# Headings down to the fourth level can be linked to, by the same names as on code hosts.
myst_heading_anchors = 4
myst_links_external_new_tab = False

html_theme = "pydata_sphinx_theme"
html_static_path = ["static"]
templates_path = ["templates"]
html_css_files = ["site.css"]
html_favicon = "static/mark.svg"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_domain_indices = False
html_permalinks_icon = "#"
html_context = {"default_mode": "auto"}
html_sidebars = {"**": ["every-page"]}
html_theme_options = {
    "logo": {"image_light": "_static/mark.svg", "image_dark": "_static/mark.svg", "text": "goodterms", "alt_text": ""},
    "navbar_start": ["navbar-logo"],
    "navbar_center": [],
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button-field"],
    "primary_sidebar_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 1,
    "footer_start": [],
    "footer_center": ["license"],
    "footer_end": [],
    "show_prev_next": True,
    "back_to_top_button": True,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
