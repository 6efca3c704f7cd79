import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField()),
                ('title', models.CharField(max_length=200, verbose_name='title at the time')),
                ('title_sv', models.CharField(max_length=200, null=True, verbose_name='title at the time')),
                ('title_en', models.CharField(max_length=200, null=True, verbose_name='title at the time')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('by', models.CharField(blank=True, max_length=160, verbose_name='by')),
                ('note', models.TextField(blank=True, verbose_name='change note')),
                ('note_sv', models.TextField(blank=True, null=True, verbose_name='change note')),
                ('note_en', models.TextField(blank=True, null=True, verbose_name='change note')),
                ('is_minor', models.BooleanField(default=False, verbose_name='minor change')),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'change note',
                'verbose_name_plural': 'change notes',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='publishing_changenote_thing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('is_minor', True), models.Q(('note', ''), _negated=True), _connector='OR'), name='publishing_changenote_says_something', violation_error_message='Describe what has changed, or mark the change as minor.')],
            },
        ),
        migrations.CreateModel(
            name='FormerSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_id', models.PositiveBigIntegerField()),
                ('slug', models.SlugField(max_length=80)),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contenttypes.contenttype')),
            ],
            options={
                'verbose_name': 'former address',
                'verbose_name_plural': 'former addresses',
                'indexes': [models.Index(fields=['content_type', 'slug'], name='publishing_formerslug_lookup')],
                'constraints': [models.UniqueConstraint(fields=('content_type', 'object_id', 'slug'), name='publishing_formerslug_once')],
            },
        ),
    ]
