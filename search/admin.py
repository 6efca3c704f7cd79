"""The admin of synonyms, which coordinators and administrators maintain."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from search.models import SynonymGroup
from search.synonym_stats import count_results
from search.synonyms import make_key, read_groups, split_lines

LETTERS_AT_MOST = 100
LINES_AT_MOST = 20


class SynonymForm(forms.ModelForm):
    """A group of synonyms: one word or phrase a line, each in one group only."""

    class Meta:
        model = SynonymGroup
        fields = ["words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 8, "cols": 60})}

    def clean_words(self) -> str:
        lines = split_lines(self.cleaned_data["words"])
        _check_group_size(lines)
        _check_no_repeats(lines)
        self._check_other_groups(lines)
        return "\n".join(lines)

    def _check_other_groups(self, lines: tuple[str, ...]) -> None:
        keys = {make_key(line): line for line in lines}
        for other in SynonymGroup.objects.exclude(pk=self.instance.pk):
            for line in split_lines(other.words):
                if (mine := keys.get(make_key(line))) is not None:
                    raise ValidationError(
                        _("“%(word)s” is already in the group “%(group)s”. Add the other words there."),
                        code="elsewhere",
                        params={"word": mine, "group": other},
                    )


def _check_group_size(lines: tuple[str, ...]) -> None:
    if len(lines) < 2:  # noqa: PLR2004 - one word means the same as itself
        raise ValidationError(_("Enter at least two words or phrases, each on its own line."), code="one")
    if len(lines) > LINES_AT_MOST:
        raise ValidationError(
            _("Enter no more than %(count)d words or phrases in a group."), code="many", params={"count": LINES_AT_MOST}
        )
    for line in lines:
        if len(line) > LETTERS_AT_MOST:
            raise ValidationError(
                _("“%(word)s…” is too long. Enter no more than %(count)d characters on a line."),
                code="long",
                params={"word": line[:30], "count": LETTERS_AT_MOST},
            )
        if not make_key(line):
            raise ValidationError(
                _("“%(word)s” has no word to search for. Enter letters or numbers."),
                code="empty",
                params={"word": line},
            )


def _check_no_repeats(lines: tuple[str, ...]) -> None:
    seen: dict[tuple[str, ...], str] = {}
    for line in lines:
        first = seen.setdefault(make_key(line), line)
        if first is not line:
            raise ValidationError(
                _("Search treats “%(word)s” and “%(other)s” as the same words. Remove one of them."),
                code="twice",
                params={"word": first, "other": line},
            )


@admin.register(SynonymGroup)
class SynonymGroupAdmin(admin.ModelAdmin):
    form = SynonymForm
    list_display = ("all_words", "updated_at")
    search_fields = ("words",)
    readonly_fields = ("what_is_found", "updated_at")

    @admin.display(description=_("synonyms"), ordering="words")
    def all_words(self, group: SynonymGroup) -> str:
        return str(group)

    def get_fields(self, request: Any, obj: SynonymGroup | None = None) -> list[str]:  # noqa: ARG002
        return ["words", "what_is_found", "updated_at"] if obj else ["words"]

    @admin.display(description=_("current public search results"))
    def what_is_found(self, group: SynonymGroup) -> str:
        """A table of how much each word finds, with links to the search."""
        rows = count_results(split_lines(group.words), read_groups(), settings.LANGUAGE_CODE)
        return render_to_string("admin/search/synonym_results.html", {"rows": rows})

    def response_post_save_add(self, request: HttpRequest, obj: SynonymGroup) -> HttpResponseRedirect:
        return self.response_post_save_change(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: SynonymGroup) -> HttpResponseRedirect:  # noqa: ARG002
        """Stay on the group's page, which shows what it finds."""
        return HttpResponseRedirect(reverse("admin:search_synonymgroup_change", args=[obj.pk]))
