from modeltranslation.translator import TranslationOptions, register

from documents.models import Document, DocumentVersion


@register(Document)
class DocumentTranslation(TranslationOptions):
    fields = ("title", "summary")
    required_languages = {"sv": ("title", "summary")}


@register(DocumentVersion)
class DocumentVersionTranslation(TranslationOptions):
    fields = ("change_note",)
    required_languages = {"sv": ("change_note",)}
