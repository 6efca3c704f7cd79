"""Readers of external statistics: they return everything that was asked for, checked, or raise."""
