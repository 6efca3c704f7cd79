from modeltranslation.translator import TranslationOptions, register

from registry.models import CannedText, DocumentType, Series


@register(Series)
class SeriesTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = {"sv": ("title",)}


@register(CannedText)
class CannedTextTranslation(TranslationOptions):
    fields = ("title", "body")
    required_languages = {"sv": ("title", "body")}


@register(DocumentType)
class DocumentTypeTranslation(TranslationOptions):
    fields = ("title", "public_title")
    required_languages = {"sv": ("title", "public_title")}
