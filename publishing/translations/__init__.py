"""Keeping the English in step with the Swedish: which texts are missing, and which were not changed with theirs."""
