import django.db.models.deletion
import django.utils.timezone
import files.private_storage
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='MailboxReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox', models.CharField(max_length=200, unique=True, verbose_name='mailbox')),
                ('uid_validity', models.BigIntegerField(default=0, verbose_name='UIDVALIDITY')),
                ('last_uid', models.BigIntegerField(default=0, verbose_name='last UID')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                ('fault', models.TextField(blank=True, verbose_name='what went wrong')),
            ],
            options={
                'verbose_name': 'mailbox',
                'verbose_name_plural': 'mailboxes',
                'ordering': ['mailbox'],
            },
        ),
        migrations.CreateModel(
            name='IncomingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox', models.CharField(max_length=200, verbose_name='mailbox')),
                ('uid_validity', models.BigIntegerField(verbose_name='UIDVALIDITY')),
                ('uid', models.BigIntegerField(verbose_name='UID')),
                ('message_id', models.CharField(blank=True, db_index=True, max_length=255, verbose_name='Message-ID')),
                ('raw', models.BinaryField(verbose_name='as received')),
                ('checksum', models.CharField(db_index=True, max_length=64, verbose_name='checksum (SHA-256)')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('received_at', models.DateTimeField(db_index=True, verbose_name='arrived')),
                ('state', models.CharField(choices=[('fetched', 'fetched'), ('taken', 'processed by the registry'), ('bounce', 'report that our e-mail could not be delivered'), ('automatic', 'automatic reply, not registered'), ('duplicate', 'duplicate')], default='fetched', max_length=10, verbose_name='state')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='next attempt')),
                ('emptied_at', models.DateTimeField(blank=True, null=True, verbose_name='content destroyed')),
            ],
            options={
                'verbose_name': 'incoming mail',
                'verbose_name_plural': 'incoming mail',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'fetched')), fields=['due_at'], name='mailroom_incoming_fetched')],
                'constraints': [models.UniqueConstraint(fields=('mailbox', 'uid_validity', 'uid'), name='mailroom_incoming_once')],
            },
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.EmailField(max_length=254, verbose_name='to')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
                ('language', models.CharField(default='sv', max_length=2, verbose_name='language')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='replies go to')),
                ('in_reply_to', models.CharField(blank=True, max_length=255, verbose_name='in reply to Message-ID')),
                ('is_personal', models.BooleanField(default=False, help_text='Anything else is marked as automatic (RFC 3834).', verbose_name='written by a person')),
                ('message_id', models.CharField(editable=False, max_length=255, unique=True, verbose_name='Message-ID')),
                ('state', models.CharField(choices=[('held', 'waiting for virus scan'), ('queued', 'to be sent'), ('sent', 'sent'), ('failed', 'could not be sent'), ('bounced', 'returned undelivered'), ('stopped', 'stopped by virus scan')], default='queued', max_length=10, verbose_name='state')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next attempt')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='queued')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
            ],
            options={
                'verbose_name': 'outgoing mail',
                'verbose_name_plural': 'outgoing mail',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at'], name='mailroom_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='mailroom_sent_has_time')],
            },
        ),
        migrations.CreateModel(
            name='MailAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, storage=files.private_storage.get_private_storage, upload_to='', verbose_name='file')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('content_type', models.CharField(max_length=100, verbose_name='type')),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='mailroom.outgoingmail')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='UnfetchedMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.BigIntegerField(verbose_name='UID')),
                ('fault', models.TextField(verbose_name='what went wrong')),
                ('attempts', models.PositiveIntegerField(default=1, verbose_name='attempts')),
                ('first_at', models.DateTimeField(auto_now_add=True, verbose_name='first attempt')),
                ('due_at', models.DateTimeField(verbose_name='next attempt')),
                ('reading', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unfetched', to='mailroom.mailboxreading', verbose_name='mailbox')),
            ],
            options={
                'verbose_name': 'e-mail that could not be fetched',
                'verbose_name_plural': 'e-mail that could not be fetched',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('reading', 'uid'), name='mailroom_unfetched_once')],
            },
        ),
    ]
