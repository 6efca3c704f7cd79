import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='SynonymGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(help_text='One word or phrase on each line, such as “RUS” and “regional utvecklingsstrategi”.', verbose_name='synonyms')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
            ],
            options={
                'verbose_name': 'synonyms',
                'verbose_name_plural': 'synonyms',
                'ordering': ['words'],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('object_id', models.PositiveBigIntegerField()),
                ('noted_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'object_id'], name='search_change_thing')],
            },
        ),
        migrations.CreateModel(
            name='SearchWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('strategy', 'Strategies'), ('goal', 'Goals'), ('priority', 'Priorities'), ('plan', 'Action plans'), ('activity', 'Activities'), ('indicator', 'Indicators'), ('followup', 'Follow-ups'), ('programme', 'Funding programmes'), ('call', 'Calls'), ('document', 'Documents'), ('news', 'News'), ('staff', 'Staff'), ('organisation', 'Organisations'), ('case', 'Public register')], max_length=12)),
                ('object_id', models.PositiveBigIntegerField()),
                ('language', models.CharField(blank=True, max_length=2)),
                ('vector', django.contrib.postgres.search.SearchVectorField(null=True)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['vector'], name='search_words_vector')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id', 'language'), name='search_words_once')],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60)),
                ('lexeme', models.CharField(max_length=60)),
                ('language', models.CharField(max_length=2)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['word'], name='search_word_alike', opclasses=['gin_trgm_ops'])],
                'constraints': [models.UniqueConstraint(fields=('word', 'language'), name='search_word_once')],
            },
        ),
        migrations.CreateModel(
            name='PageEntry',
            fields=[
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='entry', serialize=False, to='documents.page')),
                ('vector', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='documents.document')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['vector'], name='search_page_vector')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('strategy', 'Strategies'), ('goal', 'Goals'), ('priority', 'Priorities'), ('plan', 'Action plans'), ('activity', 'Activities'), ('indicator', 'Indicators'), ('followup', 'Follow-ups'), ('programme', 'Funding programmes'), ('call', 'Calls'), ('document', 'Documents'), ('news', 'News'), ('staff', 'Staff'), ('organisation', 'Organisations'), ('case', 'Public register')], max_length=12)),
                ('object_id', models.PositiveBigIntegerField()),
                ('language', models.CharField(max_length=2)),
                ('written_in', models.CharField(max_length=2)),
                ('title', models.CharField(max_length=300)),
                ('text', models.TextField(blank=True)),
                ('themes', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('year', models.PositiveSmallIntegerField(null=True)),
                ('status', models.CharField(blank=True, max_length=40)),
                ('dated', models.DateTimeField(null=True)),
                ('weight', models.FloatField(default=1.0)),
                ('heading', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('words', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='search.searchwords')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['heading'], name='search_entry_heading')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id', 'language'), name='search_entry_once'), models.UniqueConstraint(fields=('words', 'language'), include=('id', 'kind', 'object_id', 'written_in', 'themes', 'year', 'status', 'dated', 'weight'), name='search_entry_of_words')],
            },
        ),
    ]
