from modeltranslation.translator import TranslationOptions, register

from documents.models import Document, DocumentVersion


@register(Document)
class DocumentTranslation(TranslationOptions):
    fields = ("title", "summary", "inaccessible_reason")
    required_languages = {"sv": ("title", "summary")}


@register(DocumentVersion)
class DocumentVersionTranslation(TranslationOptions):
    fields = ("change_note", "withdrawn_reason")
    required_languages = {"sv": ("change_note",)}
