from modeltranslation.translator import TranslationOptions, register

from funding.models import Call, FundingProgramme, Guidance, ThemeWords


@register(FundingProgramme)
class FundingProgrammeTranslation(TranslationOptions):
    fields = ("name", "summary", "body", "authority", "geography")
    required_languages = {"sv": ("name", "summary", "authority", "geography")}


@register(Guidance)
class GuidanceTranslation(TranslationOptions):
    fields = ("how",)
    required_languages = {"sv": ("how",)}


@register(Call)
class CallTranslation(TranslationOptions):
    fields = ("title", "summary")
    required_languages = {"sv": ("title",)}


@register(ThemeWords)
class ThemeWordsTranslation(TranslationOptions):
    fields = ("telling", "hints")
    fallback_languages = {"default": ()}
    """Swedish words say nothing about an idea in English."""
