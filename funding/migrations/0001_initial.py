import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('actionplans', '0001_initial'),
        ('contacts', '0001_initial'),
        ('strategy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FundingProgramme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='publication')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Leave empty to use the time of publishing.', null=True, verbose_name='publish from')),
                ('publish_until', models.DateTimeField(blank=True, null=True, verbose_name='publish until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('slug', models.SlugField(help_text="The last part of the page's address.", max_length=80, unique=True, verbose_name='address')),
                ('fund', models.CharField(choices=[('growth', 'Regional growth funding (1:1)'), ('rural', 'Rural Development Programme'), ('regional', 'European Regional Development Fund'), ('social', 'European Social Fund'), ('fisheries', 'Maritime and Fisheries Fund'), ('interreg', 'Interreg')], max_length=12, verbose_name='fund')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('name_sv', models.CharField(max_length=160, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=160, null=True, verbose_name='name')),
                ('summary', models.TextField(verbose_name='summary')),
                ('summary_sv', models.TextField(null=True, verbose_name='summary')),
                ('summary_en', models.TextField(null=True, verbose_name='summary')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('body_sv', models.TextField(blank=True, null=True, verbose_name='text')),
                ('body_en', models.TextField(blank=True, null=True, verbose_name='text')),
                ('period_start', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='first year')),
                ('period_end', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='last year')),
                ('authority', models.CharField(max_length=160, verbose_name='managing authority')),
                ('authority_sv', models.CharField(max_length=160, null=True, verbose_name='managing authority')),
                ('authority_en', models.CharField(max_length=160, null=True, verbose_name='managing authority')),
                ('geography', models.CharField(max_length=200, verbose_name='where projects can take place')),
                ('geography_sv', models.CharField(max_length=200, null=True, verbose_name='where projects can take place')),
                ('geography_en', models.CharField(max_length=200, null=True, verbose_name='where projects can take place')),
                ('applicants', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('region', 'Region'), ('municipality', 'Municipality'), ('county_board', 'County administrative board'), ('agency', 'Government agency'), ('university', 'University'), ('business', 'Business'), ('civil_society', 'Civil society')], max_length=20), default=list, size=None, verbose_name='who can apply')),
                ('highest_rate', models.PositiveSmallIntegerField(blank=True, help_text="Per cent of the project's costs. Leave empty if it differs between calls.", null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='maximum funding rate')),
                ('link', models.URLField(blank=True, verbose_name="the programme's website")),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('activities', models.ManyToManyField(blank=True, related_name='programmes', to='actionplans.activity', verbose_name='activities funded')),
                ('contact', models.ForeignKey(blank=True, help_text="The contact manages the programme's calls.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='programmes', to='contacts.staffmember', verbose_name='contact')),
                ('themes', models.ManyToManyField(blank=True, related_name='programmes', to='actionplans.theme', verbose_name='areas covered')),
            ],
            options={
                'verbose_name': 'funding programme',
                'verbose_name_plural': 'funding programmes',
                'ordering': ['position', 'slug'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='publication')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Leave empty to use the time of publishing.', null=True, verbose_name='publish from')),
                ('publish_until', models.DateTimeField(blank=True, null=True, verbose_name='publish until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('title_sv', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('summary', models.TextField(blank=True, verbose_name='purpose')),
                ('summary_sv', models.TextField(blank=True, null=True, verbose_name='purpose')),
                ('summary_en', models.TextField(blank=True, null=True, verbose_name='purpose')),
                ('opens_on', models.DateField(verbose_name='opens')),
                ('closes_on', models.DateField(blank=True, help_text='The call is open until the end of this day. Leave empty if applications are accepted at any time.', null=True, verbose_name='deadline')),
                ('link', models.URLField(blank=True, verbose_name='where to apply')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='funding.fundingprogramme', verbose_name='funding programme')),
            ],
            options={
                'verbose_name': 'call',
                'verbose_name_plural': 'calls',
                'ordering': ['-opens_on', 'pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Guidance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.TextField(verbose_name='how the funding contributes')),
                ('how_sv', models.TextField(null=True, verbose_name='how the funding contributes')),
                ('how_en', models.TextField(null=True, verbose_name='how the funding contributes')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('goal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='guidance', to='strategy.goal', verbose_name='goal')),
                ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='guidance', to='actionplans.actionplan', verbose_name='action plan')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guidance', to='funding.fundingprogramme', verbose_name='funding programme')),
            ],
            options={
                'verbose_name': 'guidance',
                'verbose_name_plural': 'guidance',
                'ordering': ['programme__position', 'goal__position', 'plan__theme__position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ThemeWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('telling', models.TextField(blank=True, help_text='Words that nearly always mean this theme, separated by spaces. The start of a word is enough: “fiber” also matches “fiberförening”.', verbose_name='strong words')),
                ('telling_sv', models.TextField(blank=True, help_text='Words that nearly always mean this theme, separated by spaces. The start of a word is enough: “fiber” also matches “fiberförening”.', null=True, verbose_name='strong words')),
                ('telling_en', models.TextField(blank=True, help_text='Words that nearly always mean this theme, separated by spaces. The start of a word is enough: “fiber” also matches “fiberförening”.', null=True, verbose_name='strong words')),
                ('hints', models.TextField(blank=True, help_text='Words that often mean this theme but can also mean another.', verbose_name='weak words')),
                ('hints_sv', models.TextField(blank=True, help_text='Words that often mean this theme but can also mean another.', null=True, verbose_name='weak words')),
                ('hints_en', models.TextField(blank=True, help_text='Words that often mean this theme but can also mean another.', null=True, verbose_name='weak words')),
                ('theme', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='actionplans.theme', verbose_name='theme')),
            ],
            options={
                'verbose_name': 'theme words',
                'verbose_name_plural': 'theme words for all themes',
                'ordering': ['theme__position', 'theme__slug'],
            },
        ),
        migrations.AddConstraint(
            model_name='fundingprogramme',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='funding_fundingprogramme_published_has_from'),
        ),
        migrations.AddConstraint(
            model_name='fundingprogramme',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='funding_fundingprogramme_until_after_from', violation_error_message='The end of publication must be after the start.'),
        ),
        migrations.AddConstraint(
            model_name='fundingprogramme',
            constraint=models.CheckConstraint(condition=models.Q(('period_end__gte', models.F('period_start'))), name='funding_period_in_order', violation_error_message='The last year must not come before the first.'),
        ),
        migrations.AddConstraint(
            model_name='fundingprogramme',
            constraint=models.CheckConstraint(condition=models.Q(('highest_rate__range', (1, 100))), name='funding_rate_is_a_percentage', violation_error_message='The maximum rate must be between 1 and 100 per cent.'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='funding_call_published_has_from'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='funding_call_until_after_from', violation_error_message='The end of publication must be after the start.'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='funding_call_dates_in_order', violation_error_message='The call cannot close before it opens.'),
        ),
        migrations.AddConstraint(
            model_name='guidance',
            constraint=models.CheckConstraint(condition=models.Q(('goal__isnull', True), ('plan__isnull', True), _connector='XOR'), name='funding_guidance_for_goal_or_plan', violation_error_message='Choose either a goal or an action plan.'),
        ),
        migrations.AddConstraint(
            model_name='guidance',
            constraint=models.UniqueConstraint(fields=('programme', 'goal', 'plan'), name='funding_guidance_once', nulls_distinct=False, violation_error_message='The programme already has guidance for this goal or plan.'),
        ),
    ]
