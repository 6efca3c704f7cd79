from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_dispose_of_mail"),
    ]

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
    ]
