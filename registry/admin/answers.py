"""The page on which an answer is written, approved and sent."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.answer_forms import AnswerForm
from registry.models import Answer, Case
from registry.reading import readable_cases
from registry.services import answering
from registry.services.answering import StaleAnswerError, UnfitAnswerError
from registry.transitions import Act, may

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

JUDGED = ("approve", "send_back")


def write_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the answer that is being written; a POST keeps the text first and then does what the button says."""
    user = cast("User", request.user)
    case = get_object_or_404(readable_cases(user).select_related("series"), pk=pk)
    answer = answering.unsent_answer(case)
    if not (may(user, Act.ANSWER, case) or (answer and user.has_perm(answering.MAY_APPROVE))):
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("do") in JUDGED:
        return _judged(request, case, answer, user)
    if request.method != "POST":
        return _page(request, case, answer, AnswerForm(instance=answer, initial=_proposed(case, answer)))
    form = AnswerForm(request.POST, instance=answering.unsent_answer(case))
    if form.is_valid():
        try:
            return _done(request, case, user, form)
        except (StaleAnswerError, UnfitAnswerError) as error:
            form.add_error(None, str(error))
    now = answering.unsent_answer(case)
    typed = request.POST.copy()
    typed["version"] = str(now.version if now else 0)
    form.data = typed  # the next save is of what is then shown as the latest
    return _page(request, case, now, form)


@transaction.atomic
def _done(request: HttpRequest, case: Case, user: User, form: AnswerForm) -> HttpResponse:
    given = form.cleaned_data
    answer = answering.write(case, user, given, version=given["version"])
    what = request.POST.get("do")
    removed = request.POST.get("remove", "")
    if removed.isdecimal():
        file = get_object_or_404(answer.files, pk=removed[:9])
        answering.detach(file, user, version=answer.version)
    for upload in request.FILES.getlist("files"):
        answer.refresh_from_db(fields=["version"])
        _attach(answer, user, upload)
    answer.refresh_from_db(fields=["version"])
    if what == "submit":
        answering.submit(answer, user, version=answer.version)
        messages.success(request, _("The answer waits for approval."))
    elif what == "send":
        answering.send(answer, user, version=answer.version)
        messages.success(request, _("The answer is on its way."))
        return HttpResponseRedirect(reverse("admin:registry_case_change", args=[case.pk]))
    else:
        messages.success(request, _("The draft is saved."))
    return HttpResponseRedirect(request.path)


def _attach(answer: Answer, user: User, upload: "UploadedFile") -> None:
    content: Any = upload.file
    answering.attach(answer, user, upload.name or "", content, version=answer.version)


def _judged(request: HttpRequest, case: Case, answer: Answer | None, user: User) -> HttpResponse:
    version, reason = request.POST.get("version", ""), request.POST.get("reason", "")
    if answer is None or not version[:9].isdecimal():
        raise PermissionDenied
    try:
        if request.POST["do"] == "approve":
            answering.approve(answer, user, version=int(version[:9]))
        else:
            answering.send_back(answer, user, reason[:1000], version=int(version[:9]))
    except (StaleAnswerError, UnfitAnswerError) as error:
        messages.error(request, str(error))
        form = AnswerForm(instance=answering.unsent_answer(case))
        return _page(request, case, answering.unsent_answer(case), form, reason=reason)
    messages.success(request, _("The answer has been assessed."))
    return HttpResponseRedirect(request.path)


def _proposed(case: Case, answer: Answer | None) -> dict[str, Any]:
    """To the last sender who gave an address, about what she wrote of."""
    if answer:
        return {"version": answer.version}
    to = answering.correspondent(case)
    subject = _("Answer: %(subject)s") % {"subject": to.record.subject if to else case.title}
    return {
        "version": 0,
        "to_name": to.name if to else "",
        "to_email": to.email if to else "",
        "subject": subject[:200],
    }


def _page(request: HttpRequest, case: Case, answer: Answer | None, form: AnswerForm, **more: Any) -> HttpResponse:
    user = cast("User", request.user)
    state = answer.state if answer else Answer.State.DRAFT
    context = {
        **admin.site.each_context(request),
        "title": _("Answer %(number)s") % {"number": case},
        "case": case,
        "answer": answer,
        "form": form,
        "files": answer.files.all() if answer else [],
        "may_write": may(user, Act.ANSWER, case) and state != Answer.State.SUBMITTED,
        "may_judge": state == Answer.State.SUBMITTED and user.has_perm(answering.MAY_APPROVE),
        "needs_approval": case.series.answers_need_approval and state != Answer.State.APPROVED,
        "recipient": answering.correspondent(case),
        "reason": "",
    }
    return TemplateResponse(request, "admin/registry/answer.html", context | more)
