"""Help to write well: what readers would stumble over in a text, and what must be put right before it is published."""
