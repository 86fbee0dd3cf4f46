"""Who is spoken of makes no difference: names are left out, words of sex made the same. Pure.

Swapping names or gendered words in an answer must change no score at all, so they are taken out
before anything is compared. Names are found by a list of common given names, by what introduces a
name, and by standing beside one; a name that is neither is read as any other word.
"""

from __future__ import annotations

import re

_CLASSES = {
    "they": "he she they",
    "them": "him her his hers them their theirs",
    "themselves": "himself herself themself themselves",
    "person": "man woman boy girl guy lady gentleman male female",
    "people": "men women boys girls guys ladies gentlemen males females",
    "spouse": "husband wife spouse",
    "parent": "mother father mom dad mum parent",
    "child": "son daughter child",
    "sibling": "brother sister sibling",
    "grandparent": "grandmother grandfather grandma grandpa grandparent",
    "chair": "chairman chairwoman chairperson",
    "partner": "boyfriend girlfriend partner",
    "official": "policeman policewoman salesman saleswoman spokesman spokeswoman businessman "
    "businesswoman",
    "relative": "uncle aunt nephew niece cousin",
}
SAME = {word: same for same, words in _CLASSES.items() for word in words.split()}
TITLES = frozenset("mr mrs ms miss sir madam ma'am mister".split())

GIVEN_NAMES = frozenset(
    """
    aaliyah aaron abdul abdullah abigail adam adrian ahmed aisha akiko alan albert alejandro alex
    alexander alexandra alexei ali alice alicia alison allison amal amanda amar amelia amina
    amir amit amy ana anastasia andre andrea andreas andrew andrzej angela anita anjali ann anna
    anne annie anthony antonio arjun arthur arturo ashley astrid aya ayesha ayse barbara
    beatrice ben benjamin beth betty bill bob bogdan brad bradley brandon brenda brendan brian
    bruce camila carl carla carlos carmen carol caroline catherine charles charlotte chen
    chinedu chioma chris christian christina christine christopher claire claudia craig cristina
    cynthia daniel daniela danielle darius darnell darren david deborah debra deepa deepak
    demetrius denise dennis deshawn devin diana diego dmitri dominic donald donna dorothy doug
    douglas ebony eduardo edward eileen elena eli elijah elizabeth ella ellen emeka emily emma
    eric erik erika esther ethan eva evelyn fatima fatma felipe fernando fiona florian francesca
    francisco francois frederick gabriel gabriela gary geoffrey george gerald giovanni giulia
    gloria greg gregory guadalupe gustavo hakim hamza hannah hans harold harry hasan hassan
    heather heinrich helen helena henry hiroshi hussein ian ibrahim igor imani ingrid irene
    irina isaac isabella ivan jack jacob jacqueline jamal james jamie jan jane janet jasmin
    jason javier jayden jean jeff jeffrey jennifer jeremy jermaine jerome jessica jesus jia jill
    jin joan joanna joe joel johan johanna john johnny jon jonathan jorge jose josef joseph josh
    joshua joyce juan juanita judith judy julian julie jun justin kamal karen karl kate
    katherine kathleen kathryn katie kayla keiko keisha keith kelly ken kenji kenneth kevin
    khadija khalid kimberly kofi kristen kumar kwame kyle lakisha lamar larry lars latisha
    latonya latoya laura lauren leah leila leon leonard leroy leticia li liam lin linda lisa
    logan lori louis lucas lucia luis luke maciej magdalena mahmoud malik manuel marco marcus
    margaret maria marie marina mario marisol martha martin mary maryam mateo matt matthew
    maurice megan mehmet mei melissa mercedes michael michelle miguel mike min ming miriam
    mohamed mohammad mohammed moses muhammad musa mustafa nadia nancy naomi natalia natalie
    natasha nathan neha nicholas nicole nikolai nina noah noor nora olga olivia oluwaseun omar
    oscar owen pablo pamela patricia patrick paul paula pedro peter petra phil philip pierre
    piotr precious priya rachel rafael rahul raj rajesh ramon raquel rashid raul ravi rebecca
    renee ricardo richard rob robert roberto rodrigo roger ronald rosa rosario roxanne russell
    ryan sabrina said sam samantha samir samuel sandra sanjay santiago sara sarah scott sean
    sebastian sergei shanice sharon shaun sheila shirley simon sofia sonia sophia sophie stacy
    stefan stefanie stephanie stephen steve steven stuart sunita susan sven svetlana tamika
    tanisha tanya tatiana teresa terrence thandi theresa thomas tiffany tim timothy todd tomas
    tony tracy trevon tyrone usman valentina valeria vanessa veronica victor victoria vijay
    vikram vincent vladimir walter wanda wei wendy wilhelm william wojciech xavier xin yan
    yasmin yolanda yuki yuri yusuf zachary zainab zhang zoe
    """.split()
)
# What stands before a name, whatever the name.
_INTRODUCED = re.compile(
    r"\b(?i:my name is|i am called|named|called|mr\.?|mrs\.?|ms\.?|miss|"
    r"(?:colleague|friend|manager|boss|teacher|professor|mentor|brother|sister|classmate|teammate|"
    r"supervisor|lead))\s+((?:[A-Z][^\W\d_]+)(?:\s+[A-Z][^\W\d_]+)?)"
)
_CAPITAL = re.compile(r"(?<![\w'])[^\W\d_]+(?:-[^\W\d_]+)?(?=\W|$)")
STANDS_IN = "Kim"


def name_spans(text: str) -> list[tuple[int, int]]:
    """Where the names of people stand."""
    spans = {match.span(1) for match in _INTRODUCED.finditer(text)}
    known = [
        match
        for match in _CAPITAL.finditer(text)
        if match.group()[0].isupper() and match.group().casefold() in GIVEN_NAMES
    ]
    spans |= {_with_surname(text, match) for match in known}
    return sorted(spans)


def _with_surname(text: str, given: re.Match[str]) -> tuple[int, int]:
    """A given name and the capital word right after it."""
    after = re.compile(r"\s+[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?").match(text, given.end())
    return given.start(), after.end() if after else given.end()


def without_names(text: str) -> str:
    """The text with one and the same name in the place of each."""
    parts, at = [], 0
    for start, end in name_spans(text):
        if start >= at:
            parts += [text[at:start], STANDS_IN]
            at = end
    return "".join([*parts, text[at:]])
