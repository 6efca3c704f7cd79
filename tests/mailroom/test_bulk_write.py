"""Rows written in one round trip equal those that `save` writes."""

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from mailroom import bulk_write
from mailroom.models import IncomingMail, MailAttachment, MailboxReading, OutgoingMail

pytestmark = pytest.mark.django_db


def make_mail(number: int) -> OutgoingMail:
    return OutgoingMail(to="a@example.org", subject="Hej åäö", body="50 % 'rabatt'\n;", message_id=f"<{number}@x>")


def insert_mails(*rows: OutgoingMail) -> None:
    bulk_write.assign_keys(*rows)
    bulk_write.write_rows(*rows)


def test_a_row_is_written_as_save_writes_it() -> None:
    inserted, saved = make_mail(1), make_mail(2)

    insert_mails(inserted)
    saved.save()

    written = OutgoingMail.objects.get(pk=inserted.pk)
    told_apart = ("id", "message_id", "due_at")
    assert model_to_dict(written, exclude=told_apart) == model_to_dict(saved, exclude=told_apart)
    assert (written.message_id, written.due_at) == ("<1@x>", inserted.due_at)
    assert written.created_at == inserted.created_at


def test_a_row_that_was_inserted_is_updated_when_saved() -> None:
    mail = make_mail(1)
    insert_mails(mail)

    mail.subject = "Annat"
    mail.save()

    assert [other.subject for other in OutgoingMail.objects.all()] == ["Annat"]


def test_a_row_that_was_read_is_updated_beside_one_that_is_new(django_assert_num_queries) -> None:
    make_mail(1).save()
    read, new = OutgoingMail.objects.get(), make_mail(2)
    bulk_write.assign_keys(new)
    read.subject = "50 % 'annat'"

    with django_assert_num_queries(1):
        bulk_write.write_rows(read, new)

    written = OutgoingMail.objects.get(pk=read.pk)
    assert model_to_dict(written) == model_to_dict(read)
    assert OutgoingMail.objects.count() == 2


def test_rows_of_several_tables_that_name_each_other_are_one_round_trip(django_assert_num_queries) -> None:
    mail = make_mail(1)
    attachment = MailAttachment(mail=mail, file="a", name="a.pdf", content_type="application/pdf")
    bulk_write.assign_keys(mail, attachment)

    with django_assert_num_queries(1):
        bulk_write.write_rows(mail, attachment, MailboxReading(pk=4711, mailbox="INBOX"))

    assert MailboxReading.objects.get().pk == 4711
    assert MailAttachment.objects.get().mail == mail


def test_bytes_are_written_as_they_are() -> None:
    raw = bytes(range(256))
    mail = IncomingMail(
        pk=1,
        mailbox="INBOX",
        uid_validity=1,
        uid=1,
        raw=raw,
        checksum="c",
        size=256,
        received_at="2026-05-04T10:00:00Z",
    )

    bulk_write.write_rows(mail)

    assert bytes(IncomingMail.objects.get().raw) == raw


def test_what_the_database_refuses_is_told_and_nothing_of_it_written() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_mails(make_mail(1), make_mail(1))

    assert not OutgoingMail.objects.exists()
