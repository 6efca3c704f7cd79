"""A second pair of eyes: somebody else than the author reads a draft, and publishes it or sends it back."""
