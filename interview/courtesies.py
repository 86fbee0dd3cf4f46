"""The avatar's small words in the languages that it listens to: thanks, and leave to go on.

Forms that fit any speaker and any candidate: polite, and of no gender where a language has one.
Languages that are not here have none: the page alone shows what is meant.
"""

from __future__ import annotations

from interview.languages import recognised_as

ACKNOWLEDGEMENTS: dict[str, tuple[str, ...]] = {
    "en": ("Thank you.", "All right.", "Okay.", "Thanks.", "I see."),
    "ar": ("شكرًا.", "حسنًا.", "جيد.", "مفهوم."),
    "cs": ("Děkuji.", "Dobře.", "V pořádku.", "Rozumím."),
    "da": ("Tak.", "Godt.", "Okay.", "Mange tak.", "Jeg forstår."),
    "de": ("Danke.", "Gut.", "Okay.", "Vielen Dank.", "Verstehe."),
    "el": ("Ευχαριστώ.", "Ωραία.", "Εντάξει.", "Κατάλαβα."),
    "es": ("Gracias.", "Muy bien.", "De acuerdo.", "Entiendo."),
    "fi": ("Kiitos.", "Hyvä.", "Selvä.", "Ymmärrän."),
    "fr": ("Merci.", "Très bien.", "D'accord.", "Je vois."),
    "he": ("תודה.", "בסדר.", "טוב.", "הבנתי."),
    "hi": ("धन्यवाद।", "ठीक है।", "अच्छा।", "बहुत अच्छा।"),
    "hu": ("Köszönöm.", "Rendben.", "Jó.", "Értem."),
    "id": ("Terima kasih.", "Baik.", "Oke.", "Saya mengerti."),
    "it": ("Grazie.", "Va bene.", "D'accordo.", "Capisco."),
    "ja": ("ありがとうございます。", "はい。", "わかりました。", "なるほど。"),
    "ko": ("감사합니다.", "네.", "알겠습니다.", "좋습니다."),
    "nl": ("Dank u.", "Goed.", "Oké.", "Dank u wel.", "Ik begrijp het."),
    "no": ("Takk.", "Bra.", "Ok.", "Tusen takk.", "Jeg forstår."),
    "pl": ("Dziękuję.", "Dobrze.", "W porządku.", "Rozumiem."),
    "pt": ("Muito bem.", "Certo.", "Entendo.", "Está bem."),
    "ro": ("Mulțumesc.", "Bine.", "În regulă.", "Înțeleg."),
    "ru": ("Спасибо.", "Хорошо.", "Понятно.", "Ясно."),
    "sk": ("Ďakujem.", "Dobre.", "V poriadku.", "Rozumiem."),
    "sv": ("Tack.", "Bra.", "Okej.", "Tack så mycket.", "Jag förstår."),
    "tr": ("Teşekkürler.", "Peki.", "Tamam.", "Anlıyorum."),
    "uk": ("Дякую.", "Добре.", "Зрозуміло.", "Гаразд."),
    "vi": ("Cảm ơn.", "Vâng.", "Được rồi.", "Tôi hiểu."),
    "zh": ("谢谢。", "好的。", "明白了。", "嗯，好。"),
}
GO_ON: dict[str, str] = {
    "en": "Sorry, go on.",
    "ar": "عذرًا، يمكنك المتابعة.",
    "cs": "Promiňte, pokračujte.",
    "da": "Undskyld, fortsæt.",
    "de": "Entschuldigung, sprechen Sie weiter.",
    "el": "Συγγνώμη, συνεχίστε.",
    "es": "Perdón, continúe.",
    "fi": "Anteeksi, jatkakaa.",
    "fr": "Pardon, continuez.",
    "he": "סליחה, אפשר להמשיך.",
    "hi": "माफ़ कीजिए, आगे बोलिए।",
    "hu": "Elnézést, folytassa.",
    "id": "Maaf, silakan lanjutkan.",
    "it": "Mi scusi, continui.",
    "ja": "すみません、続けてください。",
    "ko": "죄송합니다, 계속하세요.",
    "nl": "Sorry, gaat u verder.",
    "no": "Beklager, fortsett.",
    "pl": "Przepraszam, proszę mówić dalej.",
    "pt": "Desculpe, continue.",
    "ro": "Scuze, continuați.",
    "ru": "Извините, продолжайте.",
    "sk": "Prepáčte, pokračujte.",
    "sv": "Förlåt, fortsätt.",
    "tr": "Pardon, devam edin.",
    "uk": "Вибачте, продовжуйте.",
    "vi": "Xin lỗi, mời bạn nói tiếp.",
    "zh": "抱歉，请继续。",
}


def acknowledgement(language: str, said: int) -> str:
    """A short word for an answer, after `said` others, never the same twice in a row."""
    words = ACKNOWLEDGEMENTS.get(recognised_as(language) or "", ("",))
    return words[said % len(words)]


def go_on(language: str) -> str:
    """To a candidate who was talked over."""
    return GO_ON.get(recognised_as(language) or "", "")
