import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0001_initial'),
        ('strategy', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='As used in Kolada: 0022 is a county, 2281 a municipality and 0000 the whole country.', max_length=4, unique=True, validators=[django.core.validators.RegexValidator('\\A[0-9]{4}\\Z', 'Enter four digits, such as 0022.')], verbose_name='code')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_sv', models.CharField(max_length=80, null=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=80, null=True, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text="The outcome is judged for the indicator's first area.", verbose_name='position')),
            ],
            options={
                'verbose_name': 'area',
                'verbose_name_plural': 'areas',
                'ordering': ['position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
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
                ('summary', models.TextField(help_text='In a sentence or two.', verbose_name='what it measures')),
                ('summary_sv', models.TextField(help_text='In a sentence or two.', null=True, verbose_name='what it measures')),
                ('summary_en', models.TextField(help_text='In a sentence or two.', null=True, verbose_name='what it measures')),
                ('unit', models.CharField(help_text='Such as per cent, or kronor per resident.', max_length=60, verbose_name='unit')),
                ('unit_sv', models.CharField(help_text='Such as per cent, or kronor per resident.', max_length=60, null=True, verbose_name='unit')),
                ('unit_en', models.CharField(help_text='Such as per cent, or kronor per resident.', max_length=60, null=True, verbose_name='unit')),
                ('decimals', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(4)], verbose_name='decimals')),
                ('direction', models.CharField(choices=[('higher', 'Higher is better'), ('lower', 'Lower is better'), ('neither', 'Neither is better')], default='higher', max_length=7, verbose_name='direction')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('by_gender', models.BooleanField(default=False, verbose_name='shown by gender')),
                ('baseline_year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='baseline year')),
                ('publication_lag', models.PositiveSmallIntegerField(default=1, help_text='How many years after the end of a year its value is published.', validators=[django.core.validators.MaxValueValidator(5)], verbose_name='publication lag')),
                ('source_kind', models.CharField(choices=[('kolada', 'Kolada'), ('scb', 'Statistics Sweden (SCB)'), ('manual', 'Entered manually')], default='manual', max_length=6, verbose_name='source')),
                ('kpi', models.CharField(blank=True, max_length=10, validators=[django.core.validators.RegexValidator('\\A[NU][0-9]{5}\\Z', 'Enter a letter and five digits, such as N00945.')], verbose_name='Kolada key figure')),
                ('table', models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9_-]+\\Z', 'Enter the table ID, such as TAB1267.')], verbose_name='SCB table')),
                ('selections', models.JSONField(blank=True, default=dict, help_text='Each variable in the table with the codes to include, such as {"Region": ["22", "00"], "Kon": ["1", "2"], "Tid": ["top(10)"]}.', verbose_name='table selections')),
                ('source_name', models.CharField(max_length=120, verbose_name='source name shown on the page')),
                ('source_name_sv', models.CharField(max_length=120, null=True, verbose_name='source name shown on the page')),
                ('source_name_en', models.CharField(max_length=120, null=True, verbose_name='source name shown on the page')),
                ('source_link', models.URLField(blank=True, verbose_name='link to the source')),
                ('producer', models.CharField(blank=True, max_length=160, verbose_name='producer of the statistics')),
                ('producer_sv', models.CharField(blank=True, max_length=160, null=True, verbose_name='producer of the statistics')),
                ('producer_en', models.CharField(blank=True, max_length=160, null=True, verbose_name='producer of the statistics')),
                ('method', models.TextField(blank=True, verbose_name='how it is measured')),
                ('method_sv', models.TextField(blank=True, null=True, verbose_name='how it is measured')),
                ('method_en', models.TextField(blank=True, null=True, verbose_name='how it is measured')),
                ('limits', models.TextField(blank=True, verbose_name='limitations')),
                ('limits_sv', models.TextField(blank=True, null=True, verbose_name='limitations')),
                ('limits_en', models.TextField(blank=True, null=True, verbose_name='limitations')),
                ('is_proxy', models.BooleanField(default=False, help_text='It is used in place of something that cannot be measured directly.', verbose_name='is a proxy')),
                ('is_example', models.BooleanField(default=False, help_text='The figures are made up, and every page states this.', verbose_name='example data')),
                ('outcome', models.CharField(choices=[('reached', 'The target is reached'), ('on_way', 'On track to meet the target'), ('off_way', 'Not on track to meet the target'), ('unknown', 'Cannot be judged')], default='unknown', editable=False, max_length=10, verbose_name='outcome')),
                ('is_overridden', models.BooleanField(default=False, editable=False, verbose_name='judged manually')),
                ('latest_year', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='latest year')),
                ('latest_value', models.DecimalField(decimal_places=6, editable=False, max_digits=20, null=True, verbose_name='latest value')),
                ('chart', models.TextField(blank=True, editable=False, verbose_name='chart')),
                ('chart_sv', models.TextField(blank=True, editable=False, null=True, verbose_name='chart')),
                ('chart_en', models.TextField(blank=True, editable=False, null=True, verbose_name='chart')),
                ('sketch', models.TextField(blank=True, editable=False, verbose_name='small chart')),
                ('sketch_sv', models.TextField(blank=True, editable=False, null=True, verbose_name='small chart')),
                ('sketch_en', models.TextField(blank=True, editable=False, null=True, verbose_name='small chart')),
                ('areas', models.ManyToManyField(help_text='The first is the county being judged; the others are shown for comparison.', related_name='indicators', to='indicators.area', verbose_name='areas')),
                ('goals', models.ManyToManyField(blank=True, related_name='indicators', to='strategy.goal', verbose_name='goals')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='indicators', to='contacts.staffmember', verbose_name='owner')),
            ],
            options={
                'verbose_name': 'indicator',
                'verbose_name_plural': 'indicators',
                'ordering': ['position', 'slug'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Fetching',
            fields=[
                ('indicator', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fetching', serialize=False, to='indicators.indicator')),
                ('due_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='next time')),
                ('failures', models.PositiveSmallIntegerField(default=0, verbose_name='consecutive failures')),
                ('succeeded_at', models.DateTimeField(blank=True, null=True, verbose_name='last success')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='last failure')),
                ('fault', models.TextField(blank=True, verbose_name='error')),
            ],
            options={
                'verbose_name': 'fetching',
                'verbose_name_plural': 'fetchings',
            },
        ),
        migrations.CreateModel(
            name='IndicatorTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('value', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='value')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='indicators.indicator')),
            ],
            options={
                'verbose_name': 'target value',
                'verbose_name_plural': 'targets',
                'ordering': ['year'],
            },
        ),
        migrations.CreateModel(
            name='IndicatorValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('gender', models.CharField(choices=[('T', 'Total'), ('K', 'Women'), ('M', 'Men')], default='T', max_length=1, verbose_name='gender')),
                ('value', models.DecimalField(blank=True, decimal_places=6, help_text='Leave empty if the value is missing.', max_digits=20, null=True, verbose_name='value')),
                ('status', models.CharField(choices=[('final', 'Final'), ('preliminary', 'Preliminary'), ('missing', 'Missing')], default='final', max_length=11, verbose_name='status')),
                ('entered_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='entered')),
                ('replaced_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='replaced')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='indicators.area', verbose_name='area')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='values', to='indicators.indicator')),
            ],
            options={
                'verbose_name': 'value',
                'verbose_name_plural': 'values',
                'ordering': ['area__position', 'area__code', 'year', 'gender'],
            },
        ),
        migrations.CreateModel(
            name='OutcomeOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('reached', 'The target is reached'), ('on_way', 'On track to meet the target'), ('off_way', 'Not on track to meet the target'), ('unknown', 'Cannot be judged'), ('rule', 'Go back to the rule')], max_length=10, verbose_name='judgement')),
                ('reason', models.TextField(help_text='Shown to the public next to the outcome.', verbose_name='reason')),
                ('reason_sv', models.TextField(help_text='Shown to the public next to the outcome.', null=True, verbose_name='reason')),
                ('reason_en', models.TextField(help_text='Shown to the public next to the outcome.', null=True, verbose_name='reason')),
                ('signed_by', models.CharField(max_length=160, verbose_name='signed by')),
                ('signed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='signed')),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrides', to='indicators.indicator', verbose_name='indicator')),
            ],
            options={
                'verbose_name': 'judgement of an outcome',
                'verbose_name_plural': 'judgements of outcomes',
                'ordering': ['-signed_at', '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='indicators_indicator_published_has_from'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='indicators_indicator_until_after_from', violation_error_message='The end of publication must be after the start.'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source_kind', 'kolada'), _negated=True), models.Q(('kpi', ''), _negated=True), _connector='OR'), name='indicators_kolada_has_kpi', violation_error_message='Enter the Kolada key figure.'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source_kind', 'scb'), _negated=True), models.Q(('table', ''), _negated=True), _connector='OR'), name='indicators_scb_has_table', violation_error_message='Enter the SCB table.'),
        ),
        migrations.AddConstraint(
            model_name='indicatortarget',
            constraint=models.UniqueConstraint(fields=('indicator', 'year'), name='indicators_target_once_a_year', violation_error_message='There is already a target for that year.'),
        ),
        migrations.AddConstraint(
            model_name='indicatorvalue',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('indicator', 'area', 'year', 'gender'), name='indicators_value_one_current', violation_error_message='There is already a value for that year, area and gender.'),
        ),
        migrations.AddConstraint(
            model_name='indicatorvalue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'missing'), ('value', None)), models.Q(models.Q(('status', 'missing'), _negated=True), ('value__isnull', False)), _connector='OR'), name='indicators_value_missing_or_given', violation_error_message='Only values with the status missing can be empty.'),
        ),
        migrations.AddConstraint(
            model_name='outcomeoverride',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by', ''), _negated=True), name='indicators_outcomeoverride_signed'),
        ),
    ]
