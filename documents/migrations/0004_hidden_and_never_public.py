import django.contrib.postgres.fields
from django.db import migrations, models

CURRENT = """
UPDATE documents_documentversion AS version
SET public_from = greatest(document.publish_from, version.created_at)
FROM documents_document AS document
WHERE document.id = version.document_id
    AND document.publication = 'published'
    AND (document.publish_until IS NULL OR document.publish_until > greatest(document.publish_from, version.created_at))
    AND version.number = (
        SELECT max(other.number) FROM documents_documentversion AS other
        WHERE other.document_id = version.document_id
            AND other.withdrawn_at IS NULL AND other.scan IN ('clean', 'unchecked')
    )
"""
"""The files that the public has, or will by the clock."""
EARLIER = """
UPDATE documents_documentversion AS version
SET public_from = noted.at
FROM (
    SELECT one.id, min(note.at) AS at
    FROM documents_documentversion AS one
    JOIN documents_document AS document ON document.id = one.document_id AND document.publish_from IS NOT NULL
    JOIN django_content_type AS kind ON kind.app_label = 'documents' AND kind.model = 'document'
    JOIN publishing_changenote AS note ON note.content_type_id = kind.id AND note.object_id = one.document_id
    WHERE one.scan IN ('clean', 'unchecked', 'pending')
        AND (one.withdrawn_at IS NULL OR note.at <= one.withdrawn_at)
        AND note.at >= document.publish_from
        AND note.at >= one.created_at - interval '1 minute'
        AND NOT EXISTS (
            SELECT FROM documents_documentversion AS next
            WHERE next.document_id = one.document_id AND next.number > one.number
                AND next.created_at - interval '1 minute' <= note.at
        )
    GROUP BY one.id
) AS noted
WHERE noted.id = version.id AND version.public_from IS NULL
"""
"""Those before them of which it is known. A note is written whenever something published is saved, so that the newest
file at that time was public. A file that is saved with it comes a moment later: hence the minute."""


class Migration(migrations.Migration):
    """What a file holds unseen, and since when the public could read it.

    `read_with` is 0 for what has been read so far: the worker reads it anew.
    """

    dependencies = [("documents", "0003_given_out_before"), ("publishing", "0003_ways")]

    operations = [
        migrations.AddField(
            model_name="documentversion",
            name="hidden_content",
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name="hidden content"),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="hidden_accepted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="hidden content accepted"),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="public_from",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="public from"),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="read_with",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name="documentversion",
            name="faults",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("untagged", "without tags"),
                        ("no_text", "only images of pages"),
                        ("some_no_text", "some pages are only images"),
                        ("no_language", "no language stated"),
                        ("no_title", "no title"),
                        ("no_bookmarks", "long, without bookmarks"),
                        ("not_inspected", "could not be checked"),
                        ("hidden_content", "has hidden content"),
                    ],
                    max_length=20,
                ),
                default=list,
                editable=False,
                size=None,
                verbose_name="problems",
            ),
        ),
        migrations.RunSQL([CURRENT, EARLIER], migrations.RunSQL.noop),
    ]
