"""Extraction of a file's facts, faults and text.

Files are opened only by a process of their own (`sandbox`), with little memory and time and no secrets to read: the
content is the sender's, and may be made to break whoever opens it. What runs there (`sandbox_child` and what it
imports) needs neither Django's settings nor the database.
"""
