"""Destroy no case before its term has run, let a proposal be withdrawn, and let one officer read one marked case.

`registry_dispose` asks the retention plan itself, as the last guard (Arkivlagen 1990:782, 10 §).
"""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

DISPOSABLE_FROM = """
CREATE FUNCTION registry_disposable_from(which bigint, today date) RETURNS date LANGUAGE sql STABLE AS $$
    -- Both the plan that the case's type stands in and the plan in force must let it go: the longer term counts.
    SELECT LEAST(
        (c.closed_at AT TIME ZONE 'Europe/Stockholm')::date
            + make_interval(years => GREATEST(own.retention_years, now_in_force.retention_years)),
        date '9999-12-31'
    )::date
    FROM registry_case c
    JOIN registry_documenttype own ON own.id = c.document_type_id
    JOIN registry_retentionplan plan ON plan.id = own.plan_id
    LEFT JOIN registry_documenttype now_in_force ON now_in_force.code = own.code AND now_in_force.plan_id = (
        SELECT id FROM registry_retentionplan WHERE decided_on <= today ORDER BY version DESC LIMIT 1
    )
    WHERE c.id = which AND plan.decided_on <= today AND own.retention_years IS NOT NULL AND c.closed_at IS NOT NULL
        AND (now_in_force.id IS NULL OR now_in_force.retention_years IS NOT NULL)
$$;
"""
BEFORE = import_module("registry.migrations.0002_keep_what_came_in").DISPOSE.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
PLACE = "    those_records := ARRAY("
GUARD = """
    IF EXISTS (
        SELECT FROM registry_case c WHERE c.id = ANY(those_cases) AND (
            COALESCE(public.registry_disposable_from(c.id, today) > today, true)
            OR EXISTS (
                SELECT FROM registry_case later WHERE later.follows_id = c.id
                AND later.status IN ('registered', 'distributed', 'in_progress', 'resting')
            )
        )
    ) THEN
        RAISE EXCEPTION 'The retention plan does not let the case go yet, or another case goes on with it.'
            USING ERRCODE = 'restrict_violation';
    END IF;
"""
AFTER = (
    BEFORE.replace(PLACE, GUARD.lstrip("\n") + PLACE)
    .replace(
        "    those_mails bigint[];\n",
        "    those_mails bigint[];\n    today date := (now() AT TIME ZONE 'Europe/Stockholm');\n",
    )
    .replace(
        "'disposal_decided', 'disposed', 'delivered'",
        "'disposal_decided', 'disposal_withdrawn', 'disposed', 'delivered'",
    )
)
KEEP = """
DROP TRIGGER IF EXISTS registry_keep ON registry_disposal;
CREATE TRIGGER registry_keep BEFORE UPDATE OR DELETE ON registry_disposal
    FOR EACH ROW EXECUTE FUNCTION registry_keep({columns});
"""
DECISION = "'state', 'decided_by_id', 'decided_at', 'reason', 'carried_out_at', 'protocol'"
WITHDRAWAL = ", 'withdrawn_by_id', 'withdrawn_at', 'withdrawal'"
KEEP_GRANTS = """
CREATE TRIGGER registry_keep BEFORE UPDATE OR DELETE ON registry_readinggrant
    FOR EACH ROW EXECUTE FUNCTION registry_keep('ended_at', 'ended_by');
CREATE TRIGGER registry_keep_all BEFORE TRUNCATE ON registry_readinggrant
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mailroom", "0004_unfetched"),
        ("registry", "0008_mail_as_it_came"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadingGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("granted_by", models.CharField(max_length=150, verbose_name="given by")),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("ended_by", models.CharField(blank=True, max_length=150, verbose_name="ended by")),
            ],
            options={
                "verbose_name": "permission to read a marked case",
                "verbose_name_plural": "permissions to read marked cases",
                "ordering": ["pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="disposal",
            name="registry_disposal_decided_by_someone",
        ),
        migrations.AddField(
            model_name="disposal",
            name="withdrawal",
            field=models.CharField(blank=True, max_length=300, verbose_name="why it was withdrawn"),
        ),
        migrations.AddField(
            model_name="disposal",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="withdrawn"),
        ),
        migrations.AddField(
            model_name="disposal",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="withdrawn by",
            ),
        ),
        migrations.AlterField(
            model_name="disposal",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("rejected", "rejected"),
                    ("decided", "decided"),
                    ("withdrawn", "withdrawn"),
                    ("carried_out", "carried out"),
                ],
                default="proposed",
                max_length=12,
                verbose_name="state",
            ),
        ),
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
                    ("disposal_withdrawn", "proposed disposal withdrawn"),
                    ("disposed", "disposed of"),
                    ("title_set", "public title set"),
                    ("type_set", "document type set"),
                    ("due_set", "due date set"),
                    ("secrecy_marked", "marked with secrecy"),
                    ("identity_protected", "identity protected"),
                    ("secrecy_lifted", "secrecy mark lifted"),
                    ("reading_granted", "permission to read marked case given"),
                    ("reading_ended", "permission to read marked case ended"),
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
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "withdrawn"]),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="registry_disposal_decided_by_someone",
            ),
        ),
        migrations.AddField(
            model_name="readinggrant",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reading_grants",
                to="registry.case",
                verbose_name="case",
            ),
        ),
        migrations.AddField(
            model_name="readinggrant",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="readinggrant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("case", "officer"),
                name="registry_readinggrant_once",
            ),
        ),
        migrations.AlterField(
            model_name="intake",
            name="reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="reason for waiting or suspicion"),
        ),
        migrations.RunSQL(KEEP.format(columns=DECISION + WITHDRAWAL), KEEP.format(columns=DECISION)),
        migrations.RunSQL(KEEP_GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(DISPOSABLE_FROM, "DROP FUNCTION registry_disposable_from(bigint, date)"),
        migrations.RunSQL(AFTER, BEFORE),
    ]
