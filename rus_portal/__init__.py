"""The portal's settings, addresses, admin site and start-up."""

__version__ = "0.1.0"
