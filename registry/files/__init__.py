"""Files that come in or go out: which kinds, whether they are sound, whether they hold a virus, which words."""
