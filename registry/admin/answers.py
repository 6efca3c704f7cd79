"""The page where an officer answers a case, and the registrar approves the answer where the series requires it."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from mailroom.models import OutgoingMail
from registry.admin.lost_cases import show_lost_case
from registry.admin.typed_text import hand_back_text, has_text
from registry.forms.answers import AnswerForm, ReasonForm, StartForm
from registry.models import Answer, AnswerFile, Case, Record
from registry.permissions import find_readable_cases, may_read_secret
from registry.services import answers
from registry.services.case_acts import IncompleteActError
from registry.services.registration import identity_is_protected
from registry.transitions import Act, may_perform


def show_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show, write, approve or send the answer of a case."""
    user = cast("User", request.user)
    case = find_readable_cases(user).select_related("series").filter(pk=pk).first()
    if case is None:
        if lost := show_lost_case(request, pk):
            return lost
        raise Http404
    try:
        return _page(request, case, user)
    except PermissionDenied:
        if not has_text(request):
            raise
        return hand_back_text(request, str(case), _("The answer cannot be changed in the case's current status."))


def _page(request: HttpRequest, case: Case, user: User) -> HttpResponse:
    answer = answers.find_open_answer(case)
    if answer is None:
        return _begin(request, case, user)
    form = AnswerForm(*((request.POST, request.FILES) if request.method == "POST" else ()), answer=answer)
    judges = request.POST.get("do") == "send_back" or request.POST.get("reason", "").strip()
    reason = ReasonForm(request.POST if judges else None, label_suffix="")
    if request.method == "POST":
        try:
            if done := _do(request, answer, user, form, reason):
                messages.success(request, done)
                return HttpResponseRedirect(_where_next(case))
        except answers.UnprotectedMailError as error:
            form.add_error("holds_nothing_secret", str(error))
        except (answers.StaleAnswerError, IncompleteActError) as error:
            form.add_error(None, str(error))
    elif not (_writes(user, case) or user.has_perm(answers.MAY_APPROVE)):
        raise Http404
    return _show(request, case, answer=answers.find_open_answer(case) or answer, form=form, reason=reason)


def _begin(request: HttpRequest, case: Case, user: User) -> HttpResponse:
    """Offer the canned texts; a POST begins the draft."""
    if not _writes(user, case):
        raise PermissionDenied
    form = StartForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            answers.start_answer(case, user, canned_text=form.cleaned_data["canned_text"])
        except IncompleteActError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(request.path)
    return _show(request, case, start=form, sender=answers.find_sender(case))


def _do(request: HttpRequest, answer: Answer, user: User, form: AnswerForm, reason: ReasonForm) -> str:
    """Do what the button says. Return a message of success, or an empty one if a form has errors."""
    act = request.POST.get("do", "")
    if act in ("approve", "send_back"):
        return _judge(act, answer, user, reason)
    if act.startswith("remove:"):
        if "body" in request.POST and not _keep(answer, user, form):
            return ""
        answers.remove_file(get_object_or_404(AnswerFile, pk=act.partition(":")[2], answer=answer), user)
        return _("The file has been removed.")
    if answer.state == Answer.State.APPROVED and act == "send":
        is_confirmed = bool(request.POST.get("holds_nothing_secret"))
        return _sent(answers.send_answer(answer, user, version=answer.version, confirmed=is_confirmed))
    if act not in ("save", "submit", "send"):
        return ""
    return _write(act, answer, user, form)


def _judge(act: str, answer: Answer, user: User, reason: ReasonForm) -> str:
    """Approve the answer, or send it back with a reason. A typed reason is never lost."""
    if act == "send_back":
        if not reason.is_valid():
            return ""
        answers.send_back_answer(answer, user, reason=reason.cleaned_data["reason"])
        return _("The answer has been returned to its author.")
    if reason.is_bound:
        words = _(
            "You have written what should be changed. Send the answer back, or clear this field before you approve it."
        )
        reason.add_error("reason", words)
        return ""
    answers.approve_answer(answer, user)
    return _("The answer has been approved. Its author can now send it.")


def _write(act: str, answer: Answer, user: User, form: AnswerForm) -> str:
    """Save what was typed first, so that it is kept whatever follows."""
    kept = _keep(answer, user, form)
    if kept is None:
        return ""
    if act == "submit":
        answers.submit_answer(kept, user, version=kept.version)
        return _("The answer is waiting for approval.")
    if act == "send":
        is_confirmed = form.cleaned_data["holds_nothing_secret"]
        return _sent(answers.send_answer(kept, user, version=kept.version, confirmed=is_confirmed))
    return _("The draft has been saved.")


def _keep(answer: Answer, user: User, form: AnswerForm) -> Answer | None:
    """Save subject, text and new files; return None if the form has errors."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    kept = answers.write_answer(answer, user, form.words(), version=given["version"], attachments=given["attachments"])
    form.now_at(kept.version)
    return kept


def _sent(record: Record) -> str:
    if record.dispatches.filter(mail__state=OutgoingMail.State.HELD).exists():
        return _("The answer has been registered. It will be sent when its files have been checked for viruses.")
    return _("The answer has been registered and is being sent.")


def _writes(user: User, case: Case) -> bool:
    return may_perform(user, Act.ANSWER, case)


def _where_next(case: Case) -> str:
    """Return the address of the answer while it is unsent, else of the case."""
    if answers.find_open_answer(case):
        return reverse("admin:registry_answer", args=[case.pk])
    return reverse("admin:registry_case_change", args=[case.pk])


def _show(request: HttpRequest, case: Case, *, answer: Answer | None = None, **context: Any) -> HttpResponse:
    user = cast("User", request.user)
    frame = admin.site.each_context(request) | {
        "opts": Case._meta,
        "title": _("Answer to %(number)s") % {"number": case},
        "case": case,
        "answer": answer,
        "records": case.records.select_related("intake"),
    }
    to = answer.to_email if answer else getattr(context.get("sender"), "email", "")
    frame["is_hidden"] = identity_is_protected(case, to) and not may_read_secret(user, case)
    frame["marks"] = answers.find_marks(case, to)
    if answer:
        frame |= {
            "files": answer.files.all(),
            "may_write": _writes(user, case) and answer.state == Answer.State.DRAFT,
            "may_send": _writes(user, case) and not answers.needs_approval(answer),
            "may_submit": answers.needs_approval(answer) and answer.state == Answer.State.DRAFT,
            "may_approve": answer.state == Answer.State.SUBMITTED
            and user.has_perm(answers.MAY_APPROVE)
            and answer.author_id != user.pk,
        }
    return TemplateResponse(request, "admin/registry/answer.html", frame | context)
