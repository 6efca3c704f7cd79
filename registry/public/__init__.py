"""What the public meets of the registry: its forms and how they are judged, the register, how far a case has come."""
