from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """A logged change of a row: all its columns when it was inserted, later those that changed.

    Triggers write it (migration 0002), whoever changes the row; the event of the same act covers it.
    `digest` = SHA-256(salt ‖ act, id, table, key and facts). A disposal destroys facts and salt and leaves the digest.
    JSON null as facts means that the row was deleted.
    """

    act = models.PositiveBigIntegerField(_("act"))
    table = models.CharField(_("table"), max_length=63)
    key = models.BigIntegerField(_("key"))
    facts = models.JSONField(_("facts"), null=True)
    salt = models.BinaryField(null=True)
    digest = models.BinaryField()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["pk"]
        indexes = [models.Index(fields=["table", "key"], name="registry_change_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
