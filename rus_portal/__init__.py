"""The portal's settings, addresses, admin site and start-up."""

__version__ = "0.2.0.dev0"
"""The only place where the version stands. `.dev0`: on the way to it, with its changes under Unreleased."""
