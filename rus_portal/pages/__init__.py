"""The public pages that join many apps; those about one thing stand at the addresses of its app."""
