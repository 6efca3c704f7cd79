from django.db import migrations, models

TRIGGER = """
DROP TRIGGER registry_keep ON registry_delivery;
CREATE TRIGGER registry_keep BEFORE UPDATE OR DELETE ON registry_delivery
    FOR EACH ROW EXECUTE FUNCTION registry_keep({columns});
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_stopped_mail")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("received", "waiting for the registrar"),
                    ("registered", "registered"),
                    ("quarantined", "put in quarantine"),
                    ("released", "released from quarantine"),
                    ("record_added", "record added"),
                    ("distributed", "distributed"),
                    ("accepted", "accepted"),
                    ("returned", "returned"),
                    ("rested", "put on hold"),
                    ("resumed", "resumed"),
                    ("answered", "answered"),
                    ("closed", "closed"),
                    ("reopened", "reopened"),
                    ("voided", "voided"),
                    ("delivered", "delivered to the e-archive"),
                    ("archived", "received by the e-archive"),
                    ("delivery_refused", "refused by the e-archive"),
                    ("disposal_proposed", "disposal proposed"),
                    ("disposal_rejected", "disposal rejected"),
                    ("disposal_decided", "disposal decided"),
                    ("disposed", "disposed of"),
                    ("title_set", "public title set"),
                    ("type_set", "document type set"),
                    ("due_set", "due date set"),
                    ("secrecy_marked", "marked with secrecy"),
                    ("identity_protected", "identity protected"),
                    ("secrecy_lifted", "secrecy mark lifted"),
                    ("note_written", "note added"),
                    ("answer_submitted", "answer sent for approval"),
                    ("answer_approved", "answer approved"),
                    ("answer_rejected", "answer sent back"),
                    ("forwarded", "forwarded"),
                    ("mail_bounced", "e-mail returned"),
                    ("mail_stopped", "e-mail stopped by virus scan"),
                    ("file_scanned", "file checked for viruses"),
                ],
                max_length=20,
                verbose_name="event",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="refusal",
            field=models.CharField(blank=True, max_length=300, verbose_name="reason for refusal by the archive"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="refused_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="refused by the archive"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("archived_at__isnull", True), ("refused_at__isnull", True), _connector="OR"),
                name="registry_delivery_taken_or_refused",
            ),
        ),
        migrations.RunSQL(
            TRIGGER.format(columns="'receipt', 'archived_at', 'refusal', 'refused_at'"),
            TRIGGER.format(columns="'receipt', 'archived_at'"),
        ),
    ]
