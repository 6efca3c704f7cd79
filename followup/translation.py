from modeltranslation.translator import TranslationOptions, register

from followup.models import Assessment, Correction, Evidence, FollowUp


@register(FollowUp)
class FollowUpTranslation(TranslationOptions):
    fields = ("title", "summary", "body")
    required_languages = {"sv": ("title", "summary")}


@register(Assessment)
class AssessmentTranslation(TranslationOptions):
    fields = ("text",)


@register(Evidence)
class EvidenceTranslation(TranslationOptions):
    fields = ("label",)


@register(Correction)
class CorrectionTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = {"sv": ("text",)}
