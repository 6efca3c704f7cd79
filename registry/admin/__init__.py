"""The registry, as registrars, officers and archivists meet it.

Nothing here adds, edits or deletes a row as such. The acts are those of `registry.services`, each with its
event; what came in is only read. The database refuses the rest by itself (migration 0002).
"""

from registry.admin import canned_texts, cases, deliveries, disposals, events, files, intakes, retention

__all__ = ["canned_texts", "cases", "deliveries", "disposals", "events", "files", "intakes", "retention"]
