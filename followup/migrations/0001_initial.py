import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
        ('strategy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='publication')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Leave empty to use the time of publishing.', null=True, verbose_name='publish from')),
                ('publish_until', models.DateTimeField(blank=True, null=True, verbose_name='publish until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('slug', models.SlugField(help_text="The last part of the page's address.", max_length=80, unique=True, verbose_name='address')),
                ('kind', models.CharField(choices=[('annual', 'Annual follow-up'), ('half_time', 'Half-time follow-up'), ('final', 'Final follow-up')], default='annual', max_length=10, verbose_name='kind')),
                ('year', models.PositiveSmallIntegerField(help_text='The year it covers.', validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('as_of', models.DateField(help_text='Activities are shown as they stood at the end of this day, according to their status reports.', verbose_name='reference date')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('title_sv', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('summary', models.TextField(verbose_name='summary')),
                ('summary_sv', models.TextField(null=True, verbose_name='summary')),
                ('summary_en', models.TextField(null=True, verbose_name='summary')),
                ('body', models.TextField(blank=True, verbose_name='what we learnt')),
                ('body_sv', models.TextField(blank=True, null=True, verbose_name='what we learnt')),
                ('body_en', models.TextField(blank=True, null=True, verbose_name='what we learnt')),
                ('signed_by', models.CharField(help_text='Name and title.', max_length=160, verbose_name='signed by')),
                ('signed_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='signed on')),
                ('frozen', models.JSONField(blank=True, editable=False, null=True, verbose_name='snapshot')),
                ('frozen_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='frozen')),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='followups', to='strategy.strategy', verbose_name='strategy')),
            ],
            options={
                'verbose_name': 'follow-up',
                'verbose_name_plural': 'follow-ups',
                'ordering': ['-as_of', 'slug'],
                'permissions': [('publish_followup', 'Can publish, withdraw and correct follow-ups')],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(help_text='What was wrong, and what is right.', verbose_name='correction')),
                ('text_sv', models.TextField(help_text='What was wrong, and what is right.', null=True, verbose_name='correction')),
                ('text_en', models.TextField(help_text='What was wrong, and what is right.', null=True, verbose_name='correction')),
                ('signed_by', models.CharField(max_length=160, verbose_name='signed by')),
                ('noted_on', models.DateField(default=django.utils.timezone.localdate, editable=False, verbose_name='date')),
                ('followup', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='followup.followup', verbose_name='follow-up')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'ordering': ['-noted_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(blank=True, choices=[('reached', 'Will be reached'), ('partly', 'Will be partly reached'), ('not_reached', 'Will not be reached'), ('cannot_judge', 'Cannot be judged')], max_length=12, verbose_name='judgement')),
                ('text', models.TextField(blank=True, help_text='What supports the judgement, what speaks against it and what is not known. An empty line starts a new paragraph.', verbose_name='assessment text')),
                ('text_sv', models.TextField(blank=True, help_text='What supports the judgement, what speaks against it and what is not known. An empty line starts a new paragraph.', null=True, verbose_name='assessment text')),
                ('text_en', models.TextField(blank=True, help_text='What supports the judgement, what speaks against it and what is not known. An empty line starts a new paragraph.', null=True, verbose_name='assessment text')),
                ('signed_by', models.CharField(blank=True, help_text='Name and title.', max_length=160, verbose_name='signed by')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed on')),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='strategy.goal', verbose_name='goal')),
                ('followup', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assessments', to='followup.followup', verbose_name='follow-up')),
            ],
            options={
                'verbose_name': 'assessment',
                'verbose_name_plural': 'assessments',
                'ordering': ['-followup__as_of', 'goal__position', 'goal__code'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='page')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='what it shows')),
                ('label_sv', models.CharField(blank=True, max_length=200, null=True, verbose_name='what it shows')),
                ('label_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='what it shows')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='followup.assessment', verbose_name='assessment')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='documents.document', verbose_name='document')),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('page__isnull', True), ('page__gte', 1), _connector='OR'), name='followup_evidence_page')],
            },
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='followup_followup_published_has_from'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='followup_followup_until_after_from', violation_error_message='The end of publication must be after the start.'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(('frozen__isnull', False), ('publication__in', ['draft', 'review']), _connector='OR'), name='followup_published_is_frozen', violation_error_message='Publish the follow-up on its own page: publishing takes a snapshot of it.'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('frozen__isnull', True), ('frozen_at__isnull', True)), models.Q(('frozen__isnull', False), ('frozen_at__isnull', False)), _connector='OR'), name='followup_frozen_has_time'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by', ''), _negated=True), name='followup_signed'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by', ''), _negated=True), name='followup_correction_signed'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(fields=('followup', 'goal'), name='followup_assessment_once_a_goal', violation_error_message='The follow-up already assesses this goal.'),
        ),
    ]
