from modeltranslation.translator import TranslationOptions, register

from strategy.models import Goal, GoalCrosswalk, Priority, Strategy


@register(Strategy)
class StrategyTranslation(TranslationOptions):
    fields = ("title", "subtitle", "summary", "vision", "overall_goal", "body", "decision_body")
    required_languages = {"sv": ("title", "summary", "vision")}


@register(Goal)
class GoalTranslation(TranslationOptions):
    fields = ("title", "summary", "body")
    required_languages = {"sv": ("title", "summary")}


@register(Priority)
class PriorityTranslation(TranslationOptions):
    fields = ("title", "summary")
    required_languages = {"sv": ("title",)}


@register(GoalCrosswalk)
class GoalCrosswalkTranslation(TranslationOptions):
    fields = ("note",)
