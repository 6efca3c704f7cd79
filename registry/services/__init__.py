"""Acts with several effects, each in one transaction.

Locks are always taken in the same order: the arrival's token, the case, the number series, the end of the chain.
"""
