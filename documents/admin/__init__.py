"""Documents in the admin: their files, the faults of these, and withdrawing one."""

from documents.admin.documents import DocumentAdmin

__all__ = ["DocumentAdmin"]
