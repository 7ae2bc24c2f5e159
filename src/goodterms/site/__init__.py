"""Settings, the one page of URLs, and the static design system."""
