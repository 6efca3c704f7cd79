"""The registry's admin, for registrars, officers and archivists.

Nothing here adds, edits or deletes rows directly: all changes are acts of `registry.services`, each with its event.
The database refuses everything else (migration 0002).
"""

from registry.admin import canned_texts, cases, deliveries, disposals, events, files, intakes, retention

__all__ = ["canned_texts", "cases", "deliveries", "disposals", "events", "files", "intakes", "retention"]
