from modeltranslation.translator import TranslationOptions, register

from registry.models import Series


@register(Series)
class SeriesTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = {"sv": ("title",)}
