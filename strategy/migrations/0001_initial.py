import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Strategy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='publication')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Leave empty to use the time of publishing.', null=True, verbose_name='publish from')),
                ('publish_until', models.DateTimeField(blank=True, null=True, verbose_name='publish until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('slug', models.SlugField(help_text="The last part of the page's address.", max_length=80, unique=True, verbose_name='address')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('title_sv', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('subtitle', models.CharField(blank=True, max_length=200, verbose_name='subtitle')),
                ('subtitle_sv', models.CharField(blank=True, max_length=200, null=True, verbose_name='subtitle')),
                ('subtitle_en', models.CharField(blank=True, max_length=200, null=True, verbose_name='subtitle')),
                ('summary', models.TextField(verbose_name='summary')),
                ('summary_sv', models.TextField(null=True, verbose_name='summary')),
                ('summary_en', models.TextField(null=True, verbose_name='summary')),
                ('vision', models.TextField(verbose_name='vision')),
                ('vision_sv', models.TextField(null=True, verbose_name='vision')),
                ('vision_en', models.TextField(null=True, verbose_name='vision')),
                ('overall_goal', models.TextField(blank=True, verbose_name='overall goal')),
                ('overall_goal_sv', models.TextField(blank=True, null=True, verbose_name='overall goal')),
                ('overall_goal_en', models.TextField(blank=True, null=True, verbose_name='overall goal')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('body_sv', models.TextField(blank=True, null=True, verbose_name='text')),
                ('body_en', models.TextField(blank=True, null=True, verbose_name='text')),
                ('period_start', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='first year')),
                ('period_end', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='last year')),
                ('decision_body', models.CharField(blank=True, max_length=160, verbose_name='adopted by')),
                ('decision_body_sv', models.CharField(blank=True, max_length=160, null=True, verbose_name='adopted by')),
                ('decision_body_en', models.CharField(blank=True, max_length=160, null=True, verbose_name='adopted by')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='adopted on')),
                ('decision_reference', models.CharField(blank=True, max_length=40, verbose_name='registration number of the decision')),
                ('is_current', models.BooleanField(default=False, help_text='Only one strategy can be in force.', verbose_name='the strategy in force')),
                ('documents', models.ManyToManyField(blank=True, related_name='strategies', to='documents.document', verbose_name='documents')),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='strategy.strategy', verbose_name='supersedes')),
            ],
            options={
                'verbose_name': 'strategy',
                'verbose_name_plural': 'strategies',
                'ordering': ['-period_start'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='publication')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Leave empty to use the time of publishing.', null=True, verbose_name='publish from')),
                ('publish_until', models.DateTimeField(blank=True, null=True, verbose_name='publish until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('slug', models.SlugField(help_text="The last part of the page's address.", max_length=80, unique=True, verbose_name='address')),
                ('code', models.CharField(max_length=10, verbose_name='code')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('title_sv', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('summary', models.TextField(help_text='What should be achieved, in one sentence.', verbose_name='target')),
                ('summary_sv', models.TextField(help_text='What should be achieved, in one sentence.', null=True, verbose_name='target')),
                ('summary_en', models.TextField(help_text='What should be achieved, in one sentence.', null=True, verbose_name='target')),
                ('body', models.TextField(blank=True, verbose_name='why the goal exists')),
                ('body_sv', models.TextField(blank=True, null=True, verbose_name='why the goal exists')),
                ('body_en', models.TextField(blank=True, null=True, verbose_name='why the goal exists')),
                ('target_year', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='target year')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='strategy.goal', verbose_name='part of the goal')),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='strategy.strategy', verbose_name='strategy')),
            ],
            options={
                'verbose_name': 'goal',
                'verbose_name_plural': 'goals',
                'ordering': ['strategy', 'position', 'code'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GoalCrosswalk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('same', 'continues as'), ('split', 'is split into'), ('merged', 'is merged with others into'), ('dropped', 'is dropped')], default='same', max_length=10, verbose_name='what happens to it')),
                ('note', models.TextField(blank=True, help_text='Shown to readers of both goals.', verbose_name='explanation')),
                ('note_sv', models.TextField(blank=True, help_text='Shown to readers of both goals.', null=True, verbose_name='explanation')),
                ('note_en', models.TextField(blank=True, help_text='Shown to readers of both goals.', null=True, verbose_name='explanation')),
                ('new_goal', models.ForeignKey(blank=True, help_text='Leave empty only if the goal is dropped.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='predecessions', to='strategy.goal', verbose_name='goal of the new strategy')),
                ('old_goal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='successions', to='strategy.goal', verbose_name='goal of the earlier strategy')),
            ],
            options={
                'verbose_name': 'succession of a goal',
                'verbose_name_plural': 'succession of goals',
                'ordering': ['old_goal__strategy', 'old_goal__position', 'new_goal__position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('old_goal', 'new_goal'), name='strategy_goalcrosswalk_once', nulls_distinct=False, violation_error_message='The two goals are already linked.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'dropped'), ('new_goal__isnull', True)), models.Q(models.Q(('kind', 'dropped'), _negated=True), ('new_goal__isnull', False)), _connector='OR'), name='strategy_goalcrosswalk_dropped_leads_nowhere', violation_error_message='Either choose the new goal or say that the goal is dropped.')],
            },
        ),
        migrations.CreateModel(
            name='Priority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='publication')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Leave empty to use the time of publishing.', null=True, verbose_name='publish from')),
                ('publish_until', models.DateTimeField(blank=True, null=True, verbose_name='publish until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('slug', models.SlugField(help_text='The part after # in the address.', max_length=80, verbose_name='address')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('title_sv', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('summary_sv', models.TextField(blank=True, null=True, verbose_name='summary')),
                ('summary_en', models.TextField(blank=True, null=True, verbose_name='summary')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='priorities', to='strategy.goal', verbose_name='goal')),
            ],
            options={
                'verbose_name': 'priority',
                'verbose_name_plural': 'priorities',
                'ordering': ['goal', 'position'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='strategy_priority_published_has_from'), models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='strategy_priority_until_after_from', violation_error_message='The end of publication must be after the start.'), models.UniqueConstraint(fields=('goal', 'slug'), name='strategy_priority_slug_once'), models.UniqueConstraint(fields=('id', 'goal'), name='strategy_priority_with_goal')],
            },
        ),
        migrations.AddConstraint(
            model_name='strategy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='strategy_strategy_published_has_from'),
        ),
        migrations.AddConstraint(
            model_name='strategy',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='strategy_strategy_until_after_from', violation_error_message='The end of publication must be after the start.'),
        ),
        migrations.AddConstraint(
            model_name='strategy',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('is_current',), name='strategy_one_current', violation_error_message='Another strategy is in force. End that one first.'),
        ),
        migrations.AddConstraint(
            model_name='strategy',
            constraint=models.CheckConstraint(condition=models.Q(('period_end__gte', models.F('period_start'))), name='strategy_period_in_order', violation_error_message='The last year must not come before the first.'),
        ),
        migrations.AddConstraint(
            model_name='strategy',
            constraint=models.CheckConstraint(condition=models.Q(('supersedes', models.F('id')), _negated=True), name='strategy_not_its_own_successor', violation_error_message='A strategy cannot supersede itself.'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='strategy_goal_published_has_from'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='strategy_goal_until_after_from', violation_error_message='The end of publication must be after the start.'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.UniqueConstraint(fields=('strategy', 'code'), name='strategy_goal_code_once'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='strategy_goal_not_its_own_parent', violation_error_message='A goal cannot be part of itself.'),
        ),
    ]
