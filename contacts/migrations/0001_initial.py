import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StaffMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication', models.CharField(choices=[('draft', 'draft'), ('review', 'in review'), ('published', 'published'), ('archived', 'archived')], db_index=True, default='draft', max_length=10, verbose_name='publication')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Leave empty to use the time of publishing.', null=True, verbose_name='publish from')),
                ('publish_until', models.DateTimeField(blank=True, null=True, verbose_name='publish until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last updated')),
                ('slug', models.SlugField(help_text="The last part of the page's address.", max_length=80, unique=True, verbose_name='address')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_sv', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('area', models.CharField(blank=True, max_length=300, verbose_name='can answer questions about')),
                ('area_sv', models.CharField(blank=True, max_length=300, null=True, verbose_name='can answer questions about')),
                ('area_en', models.CharField(blank=True, max_length=300, null=True, verbose_name='can answer questions about')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='telephone')),
                ('is_registrar', models.BooleanField(default=False, help_text="The registrar's function address. Only one can have it.", verbose_name='receives messages not addressed to a person')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='staff_member', to=settings.AUTH_USER_MODEL, verbose_name='login')),
            ],
            options={
                'verbose_name': 'staff member',
                'verbose_name_plural': 'staff members',
                'ordering': ['position', 'name'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('publication', 'published'), _negated=True), ('publish_from__isnull', False), _connector='OR'), name='contacts_staffmember_published_has_from'), models.CheckConstraint(condition=models.Q(('publish_until__isnull', True), ('publish_from__isnull', True), ('publish_until__gt', models.F('publish_from')), _connector='OR'), name='contacts_staffmember_until_after_from', violation_error_message='The end of publication must be after the start.'), models.UniqueConstraint(condition=models.Q(('is_registrar', True)), fields=('is_registrar',), name='contacts_one_registrar', violation_error_message='There is already a registrar. Change that one first.')],
            },
        ),
    ]
