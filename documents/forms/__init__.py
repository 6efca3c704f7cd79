"""The filter of the list of documents, and the forms of their admin."""
