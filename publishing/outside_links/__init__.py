"""Links to other sites: collected from what is published, and visited once a night."""
