import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import files.private_storage
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0001_initial'),
        ('documents', '0001_initial'),
        ('strategy', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='address')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('name_sv', models.CharField(max_length=160, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=160, null=True, verbose_name='name')),
                ('kind', models.CharField(choices=[('region', 'Region'), ('municipality', 'Municipality'), ('county_board', 'County administrative board'), ('agency', 'Government agency'), ('university', 'University'), ('business', 'Business'), ('civil_society', 'Civil society')], max_length=20, verbose_name='kind')),
                ('website', models.URLField(blank=True, verbose_name='website')),
                ('email', models.EmailField(blank=True, help_text='Used when an activity has no contact person. Not shown to the public.', max_length=254, verbose_name='e-mail address for reminders')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ['name', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='address')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_sv', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('summary_sv', models.TextField(blank=True, null=True, verbose_name='summary')),
                ('summary_en', models.TextField(blank=True, null=True, verbose_name='summary')),
                ('colour', models.CharField(choices=[('fjard', 'fjord blue'), ('gran', 'spruce green'), ('granit', 'granite red'), ('lav', 'lichen yellow')], default='fjard', max_length=10, verbose_name='colour')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'theme',
                'verbose_name_plural': 'themes',
                'ordering': ['position', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='ActionPlan',
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
                ('summary', models.TextField(verbose_name='summary')),
                ('summary_sv', models.TextField(null=True, verbose_name='summary')),
                ('summary_en', models.TextField(null=True, verbose_name='summary')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('body_sv', models.TextField(blank=True, null=True, verbose_name='text')),
                ('body_en', models.TextField(blank=True, null=True, verbose_name='text')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('consultation', 'Out for consultation'), ('adopted', 'Adopted'), ('revised', 'Revised'), ('closed', 'Closed')], default='draft', max_length=12, verbose_name='status')),
                ('period_start', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='first year')),
                ('period_end', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='last year')),
                ('adopted_by', models.CharField(blank=True, max_length=160, verbose_name='adopted by')),
                ('adopted_by_sv', models.CharField(blank=True, max_length=160, null=True, verbose_name='adopted by')),
                ('adopted_by_en', models.CharField(blank=True, max_length=160, null=True, verbose_name='adopted by')),
                ('adopted_on', models.DateField(blank=True, null=True, verbose_name='adopted on')),
                ('coordinators', models.ManyToManyField(blank=True, related_name='plans', to='contacts.staffmember', verbose_name='coordinators')),
                ('documents', models.ManyToManyField(blank=True, related_name='plans', to='documents.document', verbose_name='documents')),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='strategy.strategy', verbose_name='strategy')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='actionplans.theme', verbose_name='theme')),
            ],
            options={
                'verbose_name': 'action plan',
                'verbose_name_plural': 'action plans',
                'ordering': ['theme__position', 'slug'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='publication')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Leave empty to use the time of publishing.', null=True, verbose_name='publish from')),
                ('publish_until', models.DateTimeField(blank=True, null=True, verbose_name='publish until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('slug', models.SlugField(help_text="The last part of the page's address.", max_length=80, verbose_name='address')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('title_sv', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=160, null=True, verbose_name='title')),
                ('summary', models.TextField(verbose_name='summary')),
                ('summary_sv', models.TextField(null=True, verbose_name='summary')),
                ('summary_en', models.TextField(null=True, verbose_name='summary')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('body_sv', models.TextField(blank=True, null=True, verbose_name='text')),
                ('body_en', models.TextField(blank=True, null=True, verbose_name='text')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='starts')),
                ('ends_on', models.DateField(blank=True, help_text='Leave empty if the activity is continuous.', null=True, verbose_name='ends')),
                ('delivery_status', models.CharField(choices=[('planned', 'Planned'), ('ongoing', 'Ongoing'), ('done', 'Done'), ('paused', 'Paused'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], db_index=True, default='planned', max_length=10, verbose_name='delivery status')),
                ('status_reason', models.TextField(blank=True, help_text='Required for paused, cancelled and merged.', verbose_name='reason for the status')),
                ('status_reason_sv', models.TextField(blank=True, help_text='Required for paused, cancelled and merged.', null=True, verbose_name='reason for the status')),
                ('status_reason_en', models.TextField(blank=True, help_text='Required for paused, cancelled and merged.', null=True, verbose_name='reason for the status')),
                ('planned_amount', models.PositiveBigIntegerField(blank=True, help_text='In kronor, for the whole activity.', null=True, verbose_name='planned amount')),
                ('last_confirmed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last confirmed')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='activities', to='contacts.staffmember', verbose_name='contact')),
                ('merged_into', models.ForeignKey(blank=True, help_text='The old address redirects to this activity.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='actionplans.activity', verbose_name='merged into')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='actionplans.actionplan', verbose_name='action plan')),
            ],
            options={
                'verbose_name': 'activity',
                'verbose_name_plural': 'activities',
                'ordering': ['plan', 'starts_on', 'slug'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ActivityImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('file', models.FileField(max_length=200, storage=files.private_storage.get_private_storage, upload_to='')),
                ('original_name', models.CharField(max_length=200)),
                ('size', models.PositiveBigIntegerField()),
                ('checksum', models.CharField(max_length=64)),
                ('language', models.CharField(max_length=5)),
                ('state', models.CharField(choices=[('trying', 'Trying'), ('tried', 'Tried'), ('saving', 'Saving'), ('saved', 'Saved'), ('failed', 'Failed')], db_index=True, default='trying', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('fault', models.TextField(blank=True)),
                ('report', models.JSONField(blank=True, null=True)),
                ('has_changed', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'import of activities',
                'verbose_name_plural': 'imports of activities',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.TextField(verbose_name='how it contributes')),
                ('how_sv', models.TextField(null=True, verbose_name='how it contributes')),
                ('how_en', models.TextField(null=True, verbose_name='how it contributes')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributions', to='actionplans.activity')),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='strategy.goal', verbose_name='goal')),
                ('priority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='strategy.priority', verbose_name='priority')),
            ],
            options={
                'verbose_name': 'contribution to a goal',
                'verbose_name_plural': 'contributions to goals',
                'ordering': ['goal', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='activity',
            name='goals',
            field=models.ManyToManyField(related_name='activities', through='actionplans.Contribution', to='strategy.goal', verbose_name='goals'),
        ),
        migrations.CreateModel(
            name='FormerPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_places', to='actionplans.activity')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='actionplans.actionplan')),
            ],
            options={
                'verbose_name': 'former address of an activity',
                'verbose_name_plural': 'former addresses of activities',
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='milestone')),
                ('title_sv', models.CharField(max_length=200, null=True, verbose_name='milestone')),
                ('title_en', models.CharField(max_length=200, null=True, verbose_name='milestone')),
                ('due_on', models.DateField(verbose_name='due')),
                ('reached_on', models.DateField(blank=True, null=True, verbose_name='reached')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='actionplans.activity')),
            ],
            options={
                'verbose_name': 'milestone',
                'verbose_name_plural': 'milestones',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Involvement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('responsible', 'Responsible'), ('participating', 'Participating'), ('financing', 'Financing')], default='participating', max_length=15, verbose_name='role')),
                ('amount', models.PositiveBigIntegerField(blank=True, help_text='In kronor, if the organisation provides funding.', null=True, verbose_name='amount')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='involvements', to='actionplans.activity')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='involvements', to='actionplans.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': "organisation's role",
                'verbose_name_plural': "organisations' roles",
                'ordering': ['activity', '-role', 'organisation__slug'],
            },
        ),
        migrations.AddField(
            model_name='activity',
            name='organisations',
            field=models.ManyToManyField(related_name='activities', through='actionplans.Involvement', to='actionplans.organisation', verbose_name='organisations'),
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField(verbose_name="the week's Monday")),
                ('sent_to', models.EmailField(max_length=254, verbose_name='sent to')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='actionplans.activity')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'ordering': ['-week', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='StatusUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reported_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('before', models.CharField(choices=[('planned', 'Planned'), ('ongoing', 'Ongoing'), ('done', 'Done'), ('paused', 'Paused'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], max_length=10, verbose_name='status before')),
                ('after', models.CharField(choices=[('planned', 'Planned'), ('ongoing', 'Ongoing'), ('done', 'Done'), ('paused', 'Paused'), ('cancelled', 'Cancelled'), ('merged', 'Merged')], max_length=10, verbose_name='status after')),
                ('text', models.TextField(verbose_name='what has happened')),
                ('text_sv', models.TextField(null=True, verbose_name='what has happened')),
                ('text_en', models.TextField(null=True, verbose_name='what has happened')),
                ('is_public', models.BooleanField(default=True, help_text='Otherwise only people who work with the plans can see it.', verbose_name='visible to the public')),
                ('signed_by', models.CharField(max_length=160, verbose_name='signed by')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='actionplans.activity')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'status report',
                'verbose_name_plural': 'status reports',
                'ordering': ['-reported_on', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('activity', 'goal', 'priority'), name='actionplans_contribution_once', nulls_distinct=False, violation_error_message='The activity already contributes to this goal and priority.'),
        ),
        migrations.AddConstraint(
            model_name='formerplace',
            constraint=models.UniqueConstraint(fields=('activity', 'plan'), name='actionplans_formerplace_once'),
        ),
        migrations.AddConstraint(
            model_name='involvement',
            constraint=models.UniqueConstraint(fields=('activity', 'organisation', 'role'), name='actionplans_involvement_once', violation_error_message='The organisation already has this role.'),
        ),
        migrations.AddConstraint(
            model_name='involvement',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'responsible')), fields=('activity',), name='actionplans_one_responsible', violation_error_message='Only one organisation can be responsible. Give the other another role.'),
        ),
        migrations.AddConstraint(
            model_name='involvement',
            constraint=models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('role', 'financing'), _connector='OR'), name='actionplans_amount_of_financing', violation_error_message='Only an organisation that finances the activity can have an amount.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='actionplans_activity_published_has_from'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='actionplans_activity_until_after_from', violation_error_message='The end of publication must be after the start.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.UniqueConstraint(fields=('plan', 'slug'), name='actionplans_activity_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('starts_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='actionplans_activity_dates_in_order', violation_error_message='The activity cannot end before it starts.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivery_status__in', ['paused', 'cancelled', 'merged']), _negated=True), models.Q(('status_reason', ''), _negated=True), _connector='OR'), name='actionplans_activity_reason_given', violation_error_message='Say why the activity is paused, cancelled or merged.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), ('delivery_status', 'merged'), _connector='OR'), name='actionplans_activity_merged_has_status', violation_error_message='Only an activity with the status merged can redirect to another.'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='actionplans_activity_not_into_itself', violation_error_message='An activity cannot be merged into itself.'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(fields=['week'], name='actionplans_reminder_week'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('activity', 'week'), name='actionplans_reminder_once_a_week'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by', ''), _negated=True), name='actionplans_statusupdate_signed'),
        ),
        migrations.AddConstraint(
            model_name='actionplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='actionplans_actionplan_published_has_from'),
        ),
        migrations.AddConstraint(
            model_name='actionplan',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='actionplans_actionplan_until_after_from', violation_error_message='The end of publication must be after the start.'),
        ),
        migrations.AddConstraint(
            model_name='actionplan',
            constraint=models.CheckConstraint(condition=models.Q(('period_end__gte', models.F('period_start'))), name='actionplans_period_in_order', violation_error_message='The last year must not come before the first.'),
        ),
    ]
