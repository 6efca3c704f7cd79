from modeltranslation.translator import TranslationOptions, register

from actionplans.models import ActionPlan, Activity, Contribution, Milestone, Organisation, StatusUpdate, Theme


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ("title", "summary")
    required_languages = {"sv": ("title",)}


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = {"sv": ("name",)}


@register(ActionPlan)
class ActionPlanTranslation(TranslationOptions):
    fields = ("title", "summary", "body", "adopted_by")
    required_languages = {"sv": ("title", "summary")}


@register(Activity)
class ActivityTranslation(TranslationOptions):
    fields = ("title", "summary", "body", "status_reason")
    required_languages = {"sv": ("title", "summary")}


@register(Contribution)
class ContributionTranslation(TranslationOptions):
    fields = ("how",)
    required_languages = {"sv": ("how",)}


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = {"sv": ("title",)}


@register(StatusUpdate)
class StatusUpdateTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = {"sv": ("text",)}
