"""Acts with several effects: each is one transaction, so that it is wholly done or not at all.

Locks are always taken in the same order: the arrival's token, the case, the number series, the end of the chain.
"""

STAFF_LANGUAGE = "sv"
