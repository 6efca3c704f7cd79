import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import files.private_storage
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('mailroom', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('kind', models.CharField(choices=[('message', 'message'), ('disclosure', 'request for a public document')], default='message', max_length=12, verbose_name='kind')),
                ('registered_at', models.DateTimeField(db_index=True, verbose_name='registered')),
                ('arrived_at', models.DateTimeField(db_index=True, verbose_name='arrived')),
                ('title', models.CharField(help_text='Public: do not name private individuals.', max_length=200, verbose_name='public title')),
                ('status', models.CharField(choices=[('registered', 'registered'), ('distributed', 'distributed'), ('in_progress', 'in progress'), ('resting', 'on hold'), ('answered', 'answered'), ('closed', 'closed'), ('voided', 'voided'), ('delivered', 'delivered to the e-archive'), ('archived', 'in the e-archive'), ('disposal_proposed', 'disposal proposed'), ('disposal_decided', 'disposal decided'), ('disposed', 'disposed of')], db_index=True, default='registered', max_length=20, verbose_name='status')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='answer due')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='first answered')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('assigned_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='registry.case', verbose_name='follows')),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'cases',
                'ordering': ['-year', '-number'],
                'permissions': [('dispose_case', 'Can propose and decide the disposal of cases'), ('deliver_case', 'Can deliver cases to the e-archive'), ('read_secret_case', 'Can read material marked with secrecy')],
            },
        ),
        migrations.CreateModel(
            name='ChainEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.PositiveBigIntegerField(verbose_name='number in the chain')),
                ('hash', models.CharField(max_length=64, verbose_name='hash')),
                ('head', models.DateField(null=True, verbose_name='day of the last head')),
                ('signature', models.CharField(max_length=128, verbose_name='signature (Ed25519)')),
            ],
            options={
                'verbose_name': 'end of the chain',
                'verbose_name_plural': 'ends of the chain',
            },
        ),
        migrations.CreateModel(
            name='DayHead',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False, verbose_name='day')),
                ('sequence', models.PositiveBigIntegerField(verbose_name='number in the chain')),
                ('hash', models.CharField(max_length=64, verbose_name='hash')),
                ('signature', models.CharField(max_length=128, verbose_name='signature (Ed25519)')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
            ],
            options={
                'verbose_name': 'head of the chain',
                'verbose_name_plural': 'heads of the chain',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='DocumentType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=20, verbose_name='code')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_sv', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('public_title', models.CharField(help_text='Proposed for every case of this type; no names.', max_length=200, verbose_name='proposed public title')),
                ('public_title_sv', models.CharField(help_text='Proposed for every case of this type; no names.', max_length=200, null=True, verbose_name='proposed public title')),
                ('public_title_en', models.CharField(help_text='Proposed for every case of this type; no names.', max_length=200, null=True, verbose_name='proposed public title')),
                ('retention_years', models.PositiveSmallIntegerField(blank=True, help_text='Counted from when the case is closed. Leave empty to keep permanently.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='years kept')),
            ],
            options={
                'verbose_name': 'document type',
                'verbose_name_plural': 'document types',
                'ordering': ['plan', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('sequence', models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name='number in the chain')),
                ('kind', models.CharField(choices=[('received', 'waiting for the registrar'), ('registered', 'registered'), ('quarantined', 'put in quarantine'), ('released', 'released from quarantine'), ('record_added', 'record added'), ('distributed', 'distributed'), ('accepted', 'accepted'), ('returned', 'returned'), ('rested', 'put on hold'), ('resumed', 'resumed'), ('answered', 'answered'), ('closed', 'closed'), ('reopened', 'reopened'), ('voided', 'voided'), ('delivered', 'delivered to the e-archive'), ('archived', 'received by the e-archive'), ('delivery_refused', 'refused by the e-archive'), ('disposal_proposed', 'disposal proposed'), ('disposal_rejected', 'disposal rejected'), ('disposal_decided', 'disposal decided'), ('disposal_withdrawn', 'proposed disposal withdrawn'), ('disposed', 'disposed of'), ('title_set', 'public title set'), ('type_set', 'document type set'), ('due_set', 'due date set'), ('secrecy_marked', 'marked with secrecy'), ('identity_protected', 'identity protected'), ('secrecy_lifted', 'secrecy mark lifted'), ('reading_granted', 'permission to read marked case given'), ('reading_ended', 'permission to read marked case ended'), ('note_written', 'note added'), ('stated', 'changes recorded'), ('answer_submitted', 'answer sent for approval'), ('answer_approved', 'answer approved'), ('answer_rejected', 'answer sent back'), ('forwarded', 'referred to another authority'), ('mail_bounced', 'e-mail returned'), ('mail_stopped', 'e-mail stopped by virus scan'), ('file_scanned', 'file checked for viruses')], max_length=20, verbose_name='event')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('actor', models.CharField(blank=True, max_length=150, verbose_name='by')),
                ('previous_hash', models.CharField(max_length=64)),
                ('commitment', models.CharField(max_length=64)),
                ('act', models.PositiveBigIntegerField(null=True, unique=True)),
                ('changes', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(max_length=64, unique=True)),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['sequence'],
            },
        ),
        migrations.CreateModel(
            name='File',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, storage=files.private_storage.get_private_storage, upload_to='', verbose_name='file')),
                ('original_name', models.CharField(max_length=200, verbose_name='name')),
                ('content_type', models.CharField(max_length=100, verbose_name='type by content')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('checksum', models.CharField(blank=True, max_length=64, verbose_name='checksum (SHA-256)')),
                ('variant', models.CharField(choices=[('original', 'as received'), ('archival', 'archival copy'), ('redacted', 'masked copy')], default='original', max_length=10, verbose_name='variant')),
                ('scan', models.CharField(choices=[('pending', 'waiting for virus check'), ('clean', 'checked, nothing found'), ('infected', 'infected, kept as evidence'), ('unchecked', 'not checked for viruses')], db_index=True, default='pending', max_length=10, verbose_name='virus scan')),
                ('scan_note', models.CharField(blank=True, max_length=300, verbose_name='result of the scan')),
                ('scanned_at', models.DateTimeField(blank=True, null=True, verbose_name='checked')),
                ('scan_due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next check')),
                ('disposed_at', models.DateTimeField(blank=True, null=True, verbose_name='disposed of')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed from storage')),
                ('scan_attempts', models.PositiveSmallIntegerField(default=0, verbose_name='scan attempts')),
                ('original', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='registry.file', verbose_name='copy of')),
            ],
            options={
                'verbose_name': 'file',
                'verbose_name_plural': 'files',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RetentionPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(unique=True, verbose_name='version')),
                ('decided_on', models.DateField(verbose_name='decided')),
                ('decision', models.CharField(help_text='Who decided, and the number of the decision.', max_length=200, verbose_name='decision')),
            ],
            options={
                'verbose_name': 'retention plan',
                'verbose_name_plural': 'retention plans',
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=10, unique=True, verbose_name='code')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_sv', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('answers_need_approval', models.BooleanField(default=False, help_text='Answers in this series are only sent after the registrar has approved them.', verbose_name='answers need approval')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'waiting for approval'), ('approved', 'approved'), ('sent', 'sent')], default='draft', max_length=10, verbose_name='state')),
                ('to_name', models.CharField(blank=True, max_length=200, verbose_name='recipient')),
                ('to_email', models.EmailField(max_length=254, verbose_name="recipient's e-mail address")),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
                ('language', models.CharField(default='sv', max_length=2, verbose_name='language')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'ordering': ['-pk'],
                'permissions': [('approve_answer', 'Can approve answers')],
            },
        ),
        migrations.CreateModel(
            name='AnswerFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, storage=files.private_storage.get_private_storage, upload_to='', verbose_name='file')),
                ('original_name', models.CharField(max_length=200, verbose_name='name')),
                ('content_type', models.CharField(max_length=100, verbose_name='type by content')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('checksum', models.CharField(max_length=64, verbose_name='checksum (SHA-256)')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='registry.answer')),
            ],
            options={
                'verbose_name': 'file of an answer',
                'verbose_name_plural': 'files of answers',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CannedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, verbose_name='code')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_sv', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('body', models.TextField(verbose_name='text')),
                ('body_sv', models.TextField(null=True, verbose_name='text')),
                ('body_en', models.TextField(null=True, verbose_name='text')),
                ('is_current', models.BooleanField(default=True, verbose_name='in use')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='written')),
                ('created_by', models.CharField(blank=True, editable=False, max_length=150, verbose_name='by')),
            ],
            options={
                'verbose_name': 'canned text',
                'verbose_name_plural': 'canned texts',
                'ordering': ['slug', '-version'],
                'constraints': [models.UniqueConstraint(fields=('slug', 'version'), name='registry_cannedtext_version_once'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('slug',), name='registry_cannedtext_one_current')],
            },
        ),
        migrations.AddField(
            model_name='answer',
            name='canned_text',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='registry.cannedtext', verbose_name='started from'),
        ),
        migrations.AddField(
            model_name='answer',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='registry.case', verbose_name='case'),
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.PositiveBigIntegerField(verbose_name='act')),
                ('table', models.CharField(max_length=63, verbose_name='table')),
                ('key', models.BigIntegerField(verbose_name='key')),
                ('facts', models.JSONField(null=True, verbose_name='facts')),
                ('salt', models.BinaryField(null=True)),
                ('digest', models.BinaryField()),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['table', 'key'], name='registry_change_row')],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='document_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='registry.documenttype', verbose_name='document type'),
        ),
        migrations.CreateModel(
            name='EventPayload',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='payload', serialize=False, to='registry.event')),
                ('salt', models.BinaryField()),
                ('data', models.BinaryField()),
            ],
            options={
                'verbose_name': 'content of an event',
                'verbose_name_plural': 'contents of events',
            },
        ),
        migrations.AddField(
            model_name='event',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='registry.case'),
        ),
        migrations.CreateModel(
            name='FileText',
            fields=[
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='text', serialize=False, to='registry.file')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('fault', models.CharField(blank=True, max_length=200, verbose_name='why the text is missing')),
            ],
            options={
                'verbose_name': 'text of a file',
                'verbose_name_plural': 'texts of files',
            },
        ),
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(help_text='Messages with the same token are the same message.', unique=True, verbose_name='token')),
                ('channel', models.CharField(choices=[('web_form', 'contact form'), ('mail', 'e-mail')], max_length=10, verbose_name='received by')),
                ('kind', models.CharField(choices=[('message', 'message'), ('disclosure', 'request for a public document')], default='message', max_length=12, verbose_name='kind')),
                ('received_at', models.DateTimeField(db_index=True, verbose_name='arrived')),
                ('language', models.CharField(max_length=2, verbose_name='language')),
                ('raw', models.BinaryField(verbose_name='as received')),
                ('checksum', models.CharField(blank=True, max_length=64, verbose_name='checksum (SHA-256)')),
                ('addressee', models.CharField(max_length=200, verbose_name='addressee')),
                ('addressee_email', models.EmailField(max_length=254, verbose_name="addressee's e-mail address")),
                ('state', models.CharField(choices=[('received', 'to be registered'), ('registered', 'registered'), ('quarantined', 'in quarantine'), ('disposed', 'disposed of')], max_length=12, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason for waiting or suspicion')),
                ('mail', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='intake', to='mailroom.incomingmail', verbose_name='e-mail')),
            ],
            options={
                'verbose_name': 'arrival',
                'verbose_name_plural': 'arrivals',
                'ordering': ['-received_at', '-pk'],
                'permissions': [('dispose_intake', 'Can propose and decide the disposal of arrivals')],
            },
        ),
        migrations.CreateModel(
            name='FileAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('username', models.CharField(max_length=150, verbose_name='by')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='time')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='registry.file')),
                ('intake', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='registry.intake')),
            ],
            options={
                'verbose_name': 'access to a file',
                'verbose_name_plural': 'accesses to files',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='file',
            name='intake',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='registry.intake'),
        ),
        migrations.AddField(
            model_name='event',
            name='intake',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='registry.intake'),
        ),
        migrations.CreateModel(
            name='Disposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('rejected', 'rejected'), ('decided', 'decided'), ('withdrawn', 'withdrawn'), ('carried_out', 'carried out')], default='proposed', max_length=12, verbose_name='state')),
                ('ground', models.CharField(help_text='The rule or decision that allows it, including its number.', max_length=300, verbose_name='ground')),
                ('keep_title', models.BooleanField(default=True, verbose_name='keep the public title')),
                ('proposed_at', models.DateTimeField(auto_now_add=True, verbose_name='proposed')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason for the decision')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('withdrawal', models.CharField(blank=True, max_length=300, verbose_name='why it was withdrawn')),
                ('carried_out_at', models.DateTimeField(blank=True, null=True, verbose_name='carried out')),
                ('protocol', models.JSONField(blank=True, null=True, verbose_name='record of disposal')),
                ('cases', models.ManyToManyField(blank=True, related_name='disposals', to='registry.case', verbose_name='cases')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('mails', models.ManyToManyField(blank=True, related_name='disposals', to='mailroom.incomingmail', verbose_name='minor e-mail')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by')),
                ('intakes', models.ManyToManyField(blank=True, related_name='disposals', to='registry.intake', verbose_name='arrivals')),
            ],
            options={
                'verbose_name': 'disposal',
                'verbose_name_plural': 'disposals',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReadingGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted_by', models.CharField(max_length=150, verbose_name='given by')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='given')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('ended_by', models.CharField(blank=True, max_length=150, verbose_name='ended by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reading_grants', to='registry.case', verbose_name='case')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='officer')),
            ],
            options={
                'verbose_name': 'permission to read a marked case',
                'verbose_name_plural': 'permissions to read marked cases',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.PositiveIntegerField(verbose_name='number in the case')),
                ('direction', models.CharField(choices=[('incoming', 'incoming'), ('outgoing', 'outgoing'), ('drawn_up', 'drawn up')], max_length=10, verbose_name='direction')),
                ('recorded_at', models.DateTimeField(verbose_name='received or drawn up')),
                ('subject', models.TextField(verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
                ('about', models.CharField(blank=True, max_length=300, verbose_name='sent from the page')),
                ('language', models.CharField(max_length=2, verbose_name='language')),
                ('holds_personal_number', models.BooleanField(default=False, help_text='Found in the subject or text on arrival. Check carefully before making any of it public.', verbose_name='contains a personal identity number')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='registry.case', verbose_name='case')),
                ('intake', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='record', to='registry.intake', verbose_name='arrival')),
            ],
            options={
                'verbose_name': 'record',
                'verbose_name_plural': 'records',
                'ordering': ['case', 'ordinal'],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('sender', 'sender'), ('recipient', 'recipient')], max_length=10, verbose_name='role')),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('reply_to', models.EmailField(blank=True, help_text='Where the sender asked for replies, if different (RFC 5322, 3.6.2).', max_length=254, verbose_name='replies go to')),
                ('identity_is_protected', models.BooleanField(default=False, help_text='Name and address are only shown to people with permission to read material marked with secrecy.', verbose_name='protected identity')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='registry.record')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='file',
            name='record',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='registry.record'),
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('receipt', 'receipt'), ('notice', 'notice'), ('answer', 'answer'), ('forward', 'reference to another authority')], max_length=10, verbose_name='kind')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='registry.case', verbose_name='case')),
                ('mail', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='dispatch', to='mailroom.outgoingmail', verbose_name='e-mail')),
                ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dispatches', to='registry.record', verbose_name='record')),
            ],
            options={
                'verbose_name': 'dispatch',
                'verbose_name_plural': 'dispatches',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='answer',
            name='record',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='registry.record', verbose_name='record'),
        ),
        migrations.AddField(
            model_name='documenttype',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='types', to='registry.retentionplan', verbose_name='plan'),
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.CharField(max_length=500, verbose_name='selection')),
                ('is_shared', models.BooleanField(default=False, verbose_name='shared with all registrars')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='saved by')),
            ],
            options={
                'verbose_name': 'saved selection',
                'verbose_name_plural': 'saved selections',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SecrecyMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provision', models.CharField(help_text='The section of the law, such as OSL 21 kap. 1 §.', max_length=200, verbose_name='provision')),
                ('marked_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='date')),
                ('authority', models.CharField(max_length=200, verbose_name='authority')),
                ('marked_by', models.CharField(max_length=150, verbose_name='by')),
                ('lifted_on', models.DateField(blank=True, null=True, verbose_name='lifted')),
                ('lifted_by', models.CharField(blank=True, max_length=150, verbose_name='lifted by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secrecy_marks', to='registry.case', verbose_name='case')),
            ],
            options={
                'verbose_name': 'secrecy mark',
                'verbose_name_plural': 'secrecy marks',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='registry.series', verbose_name='series'),
        ),
        migrations.CreateModel(
            name='SeriesYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('last_number', models.PositiveIntegerField(default=0, verbose_name='last number')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='registry.series')),
            ],
            options={
                'verbose_name': 'year of a series',
                'verbose_name_plural': 'years of series',
            },
        ),
        migrations.CreateModel(
            name='CaseText',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='registry.case')),
                ('vector', django.contrib.postgres.search.SearchVectorField(verbose_name='words')),
            ],
            options={
                'verbose_name': 'words of a case',
                'verbose_name_plural': 'words of cases',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='registry_casetext_vector')],
            },
        ),
        migrations.CreateModel(
            name='CaseTitle',
            fields=[
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='title_words', serialize=False, to='registry.case')),
                ('vector', django.contrib.postgres.search.SearchVectorField(verbose_name='words')),
            ],
            options={
                'verbose_name': 'words of a public title',
                'verbose_name_plural': 'words of public titles',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='registry_casetitle_vector')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('package', models.CharField(max_length=200, unique=True, verbose_name='package')),
                ('checksum', models.CharField(max_length=64, verbose_name='checksum (SHA-256)')),
                ('delivered_by', models.CharField(max_length=150, verbose_name='delivered by')),
                ('delivered_at', models.DateTimeField(auto_now_add=True, verbose_name='delivered')),
                ('receipt', models.CharField(blank=True, max_length=200, verbose_name="the archive's receipt")),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='received by the archive')),
                ('refusal', models.CharField(blank=True, max_length=300, verbose_name='reason for refusal by the archive')),
                ('refused_at', models.DateTimeField(blank=True, null=True, verbose_name='refused by the archive')),
                ('cases', models.ManyToManyField(related_name='deliveries', to='registry.case', verbose_name='cases')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('archived_at__isnull', True), ('refused_at__isnull', True), _connector='OR'), name='registry_delivery_taken_or_refused')],
            },
        ),
        migrations.AddIndex(
            model_name='intake',
            index=models.Index(condition=models.Q(('state__in', ['received', 'quarantined'])), fields=['received_at'], name='registry_intake_waiting'),
        ),
        migrations.AddConstraint(
            model_name='intake',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['received', 'quarantined']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='registry_waiting_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='fileaccess',
            constraint=models.CheckConstraint(condition=models.Q(('file__isnull', True), ('intake__isnull', True), _connector='XOR'), name='registry_access_is_to_one'),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='registry_disposal_by_two_people'),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'withdrawn']), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='registry_disposal_decided_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='readinggrant',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('case', 'officer'), name='registry_readinggrant_once'),
        ),
        migrations.AddConstraint(
            model_name='record',
            constraint=models.UniqueConstraint(fields=('case', 'ordinal'), name='registry_record_ordinal_once'),
        ),
        migrations.AddIndex(
            model_name='file',
            index=models.Index(condition=models.Q(('scan', 'pending')), fields=['scan_due_at'], name='registry_file_scan_due'),
        ),
        migrations.AddConstraint(
            model_name='file',
            constraint=models.CheckConstraint(condition=models.Q(('intake__isnull', True), ('record__isnull', True), _connector='XOR'), name='registry_file_has_one_origin'),
        ),
        migrations.AddConstraint(
            model_name='file',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('original__isnull', True), ('variant', 'original')), models.Q(models.Q(('variant', 'original'), _negated=True), ('original__isnull', False)), _connector='OR'), name='registry_file_copy_has_original'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('record__isnull', False), _connector='OR'), name='registry_answer_sent_is_record'),
        ),
        migrations.AddConstraint(
            model_name='documenttype',
            constraint=models.UniqueConstraint(fields=('plan', 'code'), name='registry_documenttype_once'),
        ),
        migrations.AddConstraint(
            model_name='savedfilter',
            constraint=models.UniqueConstraint(fields=('owner', 'name'), name='registry_savedfilter_name_once'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('status__in', ['registered', 'distributed', 'in_progress', 'resting'])), fields=['due_on'], name='registry_case_open_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['assigned_to', 'status'], name='registry_case_officer_status'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['-year', '-number'], name='registry_case_latest'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('series', 'year', 'number'), name='registry_case_number_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='registry_case_number_positive'),
        ),
        migrations.AddConstraint(
            model_name='seriesyear',
            constraint=models.UniqueConstraint(fields=('series', 'year'), name='registry_seriesyear_once'),
        ),
    ]
