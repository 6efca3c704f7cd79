"""Incoming and outgoing files: types, archive checks, virus scanning, text extraction, storage."""
