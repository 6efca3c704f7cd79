"""Readers of other people's statistics: what they give is all that was asked for, checked, or nothing."""
