from modeltranslation.translator import TranslationOptions, register

from indicators.models import Area, Indicator, OutcomeOverride


@register(Area)
class AreaTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = {"sv": ("name",)}


@register(Indicator)
class IndicatorTranslation(TranslationOptions):
    fields = ("title", "summary", "unit", "source_name", "producer", "method", "limits", "chart", "sketch")
    required_languages = {"sv": ("title", "summary", "unit", "source_name")}


@register(OutcomeOverride)
class OutcomeOverrideTranslation(TranslationOptions):
    fields = ("reason",)
    required_languages = {"sv": ("reason",)}
