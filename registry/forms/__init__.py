"""The forms of the registry's staff; the public's stand in `registry.public`."""
