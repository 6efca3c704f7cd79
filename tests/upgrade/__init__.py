"""From the former release to this version: its example content, as it was, must become this version's."""
