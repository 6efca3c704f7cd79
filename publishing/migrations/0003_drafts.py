import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("publishing", "0002_generation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Deletion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_id", models.PositiveBigIntegerField()),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("author_name", models.CharField(max_length=160, verbose_name="deleted by")),
                ("deleted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="deleted")),
                ("pointers", models.JSONField(default=list, verbose_name="what pointed at it")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "verbose_name": "deleted thing",
                "verbose_name_plural": "deleted things",
                "ordering": ["-deleted_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="DeletedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=63, verbose_name="table")),
                ("row", models.JSONField(verbose_name="row")),
                (
                    "deletion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="publishing.deletion"
                    ),
                ),
            ],
            options={
                "verbose_name": "deleted row",
                "verbose_name_plural": "deleted rows",
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_id", models.PositiveBigIntegerField(null=True)),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("posted", models.JSONField(verbose_name="what was typed")),
                ("author_name", models.CharField(max_length=160, verbose_name="author")),
                ("number", models.PositiveIntegerField(default=1, verbose_name="number")),
                ("window", models.CharField(blank=True, max_length=40, verbose_name="window")),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="started")),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="last saved")),
                ("publish_at", models.DateTimeField(db_index=True, null=True, verbose_name="publish at")),
                ("failure", models.TextField(blank=True, verbose_name="why it was not published")),
                ("discarded_at", models.DateTimeField(null=True, verbose_name="discarded")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
                "ordering": ["-saved_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(blank=True, max_length=100, verbose_name="field")),
                ("text", models.TextField(verbose_name="comment")),
                ("author_name", models.CharField(max_length=160, verbose_name="by")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="publishing.draft"
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_id", models.PositiveBigIntegerField()),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="last seen")),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "open form",
                "verbose_name_plural": "open forms",
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                ("note", models.TextField(blank=True, verbose_name="note to the reader")),
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="review", to="publishing.draft"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_id", models.PositiveBigIntegerField()),
                ("contents", models.JSONField(verbose_name="contents")),
                ("message", models.TextField(blank=True, verbose_name="what was done")),
                ("author_name", models.CharField(blank=True, max_length=160, verbose_name="author")),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="saved")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "verbose_name": "revision",
                "verbose_name_plural": "revisions",
                "ordering": ["-saved_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="StaleText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_id", models.PositiveBigIntegerField()),
                ("field", models.CharField(max_length=100, verbose_name="field")),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="publishing.revision"
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "verbose_name": "stale text",
                "verbose_name_plural": "stale texts",
            },
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["content_type", "object_id"], name="publishing_draft_thing"),
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["author", "-saved_at"], name="publishing_draft_author"),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(
                fields=("content_type", "object_id", "user"), name="publishing_presence_once"
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["content_type", "object_id", "-saved_at"], name="publishing_revision_thing"),
        ),
        migrations.AddConstraint(
            model_name="staletext",
            constraint=models.UniqueConstraint(
                fields=("content_type", "object_id", "field"), name="publishing_staletext_once"
            ),
        ),
    ]
