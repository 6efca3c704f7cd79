from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """What a row of the register states since an act: all its columns when it was new, later those that changed.

    The database's triggers write it (migration 0010), whoever changes the row; the event that ends the act speaks for
    it. `digest` = SHA-256(salt ‖ act, id, table, key and facts). A disposal destroys facts and salt and leaves the
    digest. Facts that are JSON's null say that the row was deleted.
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
