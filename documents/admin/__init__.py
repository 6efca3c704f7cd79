"""Documents in the admin: their files, what is wrong with them, and taking one back."""

from documents.admin.documents import DocumentAdmin

__all__ = ["DocumentAdmin"]
