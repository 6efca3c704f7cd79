"""The forms of the lists, the admin and the Excel files."""
