"""Back up and restore the database and the files that its rows name.

A backup is a folder. `manifest.json` is for everyone: the checksum of each file in it, the version of PostgreSQL and
the registry's public key. `contents.json` is for those who may restore: which file of the portal each one is, how many
rows each table has, and what is missing. `database.dump` is in pg_dump's own format. With recipients, everything but
the manifest is encrypted to them, and the files are numbered: their names stand in the contents alone.

Dump, rows and names of files are of one snapshot. The files are copied after that: a file is written before its row is
committed and is never altered, so one that is not there then is missing, unless it was deleted meanwhile.
"""


class BackupError(Exception):
    """The backup cannot be made or restored. The message is a sentence for whoever ran the command."""
