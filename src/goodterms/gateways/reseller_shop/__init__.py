"""The far side of the file reseller, for tests and stories: a shop with books of its own that speaks through files."""
