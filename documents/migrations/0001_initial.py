import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='publication')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Leave empty to use the time of publishing.', null=True, verbose_name='publish from')),
                ('publish_until', models.DateTimeField(blank=True, null=True, verbose_name='publish until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('slug', models.SlugField(help_text="The last part of the page's address.", max_length=80, unique=True, verbose_name='address')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('title_sv', models.CharField(max_length=200, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=200, null=True, verbose_name='title')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('summary_sv', models.TextField(blank=True, null=True, verbose_name='summary')),
                ('summary_en', models.TextField(blank=True, null=True, verbose_name='summary')),
                ('kind', models.CharField(choices=[('strategy', 'Strategy'), ('short_version', 'Short version'), ('translation', 'Translation'), ('follow_up', 'Follow-up'), ('action_plan', 'Action plan'), ('knowledge_base', 'Knowledge base')], max_length=20, verbose_name='kind')),
                ('language', models.CharField(choices=[('sv', 'Swedish'), ('en', 'English')], default='sv', max_length=2, verbose_name='language of the text')),
                ('reference', models.CharField(blank=True, help_text='The number of the case, if there is one.', max_length=40, verbose_name='registration number')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided on')),
                ('inaccessible_reason', models.TextField(blank=True, help_text="Shown on the document's page if not everyone can read its file.", verbose_name='why there is no accessible version')),
                ('inaccessible_reason_sv', models.TextField(blank=True, help_text="Shown on the document's page if not everyone can read its file.", null=True, verbose_name='why there is no accessible version')),
                ('inaccessible_reason_en', models.TextField(blank=True, help_text="Shown on the document's page if not everyone can read its file.", null=True, verbose_name='why there is no accessible version')),
                ('accessible_version', models.ForeignKey(blank=True, help_text='A document with the same content that everyone can read.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='accessible_version_of', to='documents.document', verbose_name='accessible version')),
                ('replaces', models.ForeignKey(blank=True, help_text='The document that this one replaces.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaced_by', to='documents.document', verbose_name='replaces')),
                ('responsible', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='documents', to='contacts.staffmember', verbose_name='responsible')),
                ('translation_of', models.ForeignKey(blank=True, help_text='The document in its original language.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='translations', to='documents.document', verbose_name='translation of')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'ordering': ['kind', 'title'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DocumentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(editable=False, verbose_name='version')),
                ('file', models.FileField(upload_to='%Y/%m/', verbose_name='file')),
                ('media_type', models.CharField(choices=[('application/pdf', 'PDF'), ('application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'Word'), ('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'Excel'), ('application/vnd.openxmlformats-officedocument.presentationml.presentation', 'PowerPoint'), ('application/vnd.oasis.opendocument.text', 'OpenDocument')], default='application/pdf', editable=False, max_length=80, verbose_name='format')),
                ('checksum', models.CharField(db_index=True, editable=False, max_length=64, verbose_name='checksum (SHA-256)')),
                ('size', models.PositiveBigIntegerField(editable=False, verbose_name='size in bytes')),
                ('pages', models.PositiveIntegerField(editable=False, null=True, verbose_name='pages')),
                ('is_tagged', models.BooleanField(default=False, editable=False, verbose_name='tagged for assistive technology')),
                ('declared_language', models.CharField(blank=True, editable=False, max_length=35, verbose_name='language stated in the file')),
                ('declared_title', models.CharField(blank=True, editable=False, max_length=300, verbose_name='title stated in the file')),
                ('outline', models.JSONField(blank=True, default=list, editable=False, verbose_name='contents')),
                ('faults', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('untagged', 'without tags'), ('no_text', 'only images of pages'), ('some_no_text', 'some pages are only images'), ('no_language', 'no language stated'), ('no_title', 'no title'), ('no_bookmarks', 'long, without bookmarks'), ('not_inspected', 'could not be checked'), ('hidden_content', 'has hidden content')], max_length=20), default=list, editable=False, size=None, verbose_name='problems')),
                ('hidden_content', models.JSONField(blank=True, default=list, editable=False, verbose_name='hidden content')),
                ('hidden_accepted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='hidden content accepted')),
                ('change_note', models.CharField(max_length=300, verbose_name='what changed')),
                ('change_note_sv', models.CharField(max_length=300, null=True, verbose_name='what changed')),
                ('change_note_en', models.CharField(max_length=300, null=True, verbose_name='what changed')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='added')),
                ('public_from', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='public from')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=300, verbose_name='why it was withdrawn')),
                ('withdrawn_reason_sv', models.CharField(blank=True, max_length=300, null=True, verbose_name='why it was withdrawn')),
                ('withdrawn_reason_en', models.CharField(blank=True, max_length=300, null=True, verbose_name='why it was withdrawn')),
                ('scan', models.CharField(choices=[('pending', 'waiting for virus check'), ('clean', 'checked, nothing found'), ('infected', 'infected, kept as evidence'), ('unchecked', 'not checked for viruses')], default='pending', editable=False, max_length=10, verbose_name='virus scan')),
                ('scan_note', models.CharField(blank=True, editable=False, max_length=300, verbose_name='result of the check')),
                ('scan_due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('scan_attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('reading', models.CharField(choices=[('pending', 'waiting to be read'), ('done', 'read'), ('failed', 'could not be read')], default='pending', editable=False, max_length=10, verbose_name='text')),
                ('reading_note', models.CharField(blank=True, editable=False, max_length=300, verbose_name='why the text is missing')),
                ('reading_due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reading_attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('read_with', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='documents.document', verbose_name='document')),
            ],
            options={
                'verbose_name': 'version',
                'verbose_name_plural': 'versions',
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='page')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='documents.documentversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
                'ordering': ['version', 'number'],
            },
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='documents_document_published_has_from'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='documents_document_until_after_from', violation_error_message='The end of publication must be after the start.'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(condition=models.Q(('scan', 'pending')), fields=['scan_due_at'], name='documents_version_to_scan'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(condition=models.Q(('reading', 'pending')), fields=['reading_due_at'], name='documents_version_to_read'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.UniqueConstraint(fields=('document', 'number'), name='documents_version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.UniqueConstraint(fields=('document', 'checksum'), name='documents_version_file_once', violation_error_message='This file is already a version of the document.'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='documents_version_number_positive'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.CheckConstraint(condition=models.Q(('checksum__regex', '^[0-9a-f]{64}$')), name='documents_version_sha256'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.UniqueConstraint(fields=('version', 'number'), name='documents_page_once'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='documents_page_positive'),
        ),
    ]
