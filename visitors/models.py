"""How often something was done from each network in each period."""

from django.db import models


class Count(models.Model):
    """A count that is worth nothing after its period. The network stands there as a keyed hash, never by itself.

    The table is not logged by PostgreSQL, so that nobody waits for the disk: a crash empties it.
    """

    key = models.CharField(max_length=200, primary_key=True)
    number = models.BigIntegerField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"
