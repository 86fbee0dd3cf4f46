"""Questions that need no model: the opener of every interview, and a list for when a model fails.

Wording exists for the languages below; for others the opener is left to the model, and the list is
in English.
"""

from __future__ import annotations

OPENERS = {
    "en": "To begin, please tell me about yourself and the work that brought you here.",
    "de": "Erzählen Sie mir zu Beginn bitte von sich und von der Arbeit, die Sie hierher führt.",
    "fr": "Pour commencer, parlez-moi de vous et du travail qui vous a mené jusqu'ici.",
    "es": "Para empezar, hábleme de usted y del trabajo que le ha traído hasta aquí.",
    "it": "Per cominciare, mi parli di lei e del lavoro che l'ha portata fin qui.",
    "pt": "Para começar, fale-me de si e do trabalho que o trouxe até aqui.",
    "nl": "Vertel me om te beginnen over uzelf en over het werk dat u hier brengt.",
}
LISTS = {
    "en": (
        "Tell me about a project that you are proud of. What was your own part in it?",
        "Describe a difficult problem that you solved at work. How did you go about it?",
        "Which of your skills matter most for this role, and where have you used them?",
        "Tell me about something that went wrong and what you changed afterwards.",
        "How do you work with others when you disagree about a solution?",
        "What have you learned in the last year, and how did you put it to use?",
    ),
    "de": (
        "Erzählen Sie von einem Projekt, auf das Sie stolz sind. Was war Ihr eigener Anteil?",
        "Beschreiben Sie ein schwieriges Problem aus Ihrer Arbeit. Wie haben Sie es gelöst?",
        "Welche Ihrer Fähigkeiten zählen hier am meisten, und wo haben Sie sie eingesetzt?",
        "Erzählen Sie, was einmal schiefgegangen ist und was Sie danach geändert haben.",
        "Wie arbeiten Sie mit anderen zusammen, wenn Sie über eine Lösung uneins sind?",
        "Was haben Sie im letzten Jahr gelernt, und wozu haben Sie es genutzt?",
    ),
    "fr": (
        "Parlez-moi d'un projet dont vous êtes fier. Quelle était votre propre part ?",
        "Décrivez un problème difficile résolu au travail. Comment vous y êtes-vous pris ?",
        "Lesquelles de vos compétences comptent le plus ici, et où les avez-vous employées ?",
        "Racontez une chose qui a mal tourné et ce que vous avez changé ensuite.",
        "Comment travaillez-vous avec d'autres quand vous n'êtes pas d'accord sur une solution ?",
        "Qu'avez-vous appris cette année, et à quoi cela vous a-t-il servi ?",
    ),
    "es": (
        "Hábleme de un proyecto del que esté orgulloso. ¿Cuál fue su propia parte?",
        "Describa un problema difícil que resolvió en el trabajo. ¿Cómo lo hizo?",
        "¿Cuáles de sus habilidades importan más para este puesto, y dónde las ha usado?",
        "Cuénteme algo que salió mal y qué cambió después.",
        "¿Cómo trabaja con otros cuando no están de acuerdo sobre una solución?",
        "¿Qué ha aprendido en el último año, y cómo lo ha aplicado?",
    ),
}
ENGLISH_LIST = "the fixed questions are in English"
ENGLISH_REST = "the questions on the text's terms are in English"


def opener_in(language: str) -> str | None:
    """The first question in that language, or None without wording."""
    return OPENERS.get(_primary(language))


def list_in(language: str) -> tuple[tuple[str, ...], str]:
    """The fixed questions, and a remark when they are not in that language."""
    found = LISTS.get(_primary(language))
    return (found, "") if found is not None else (LISTS["en"], ENGLISH_LIST)


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
