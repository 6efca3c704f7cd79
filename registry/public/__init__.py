"""The public side of the registry: forms and spam protection, the register, the progress of a message."""
