"""What the offline moderator looks for, in English, German, Spanish and French.

Written as a text is after its small letters, accents and blanks are evened out: `fluchtlinge`, not `Flüchtlinge`.
"""

import re


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + r")")


_MINOR = (
    r"(?:child(?:ren)?|minors?|underage|preteens?|toddlers?|schoolgirls?|schoolboys?"
    r"|(?:[1-9]|1[0-7])[- ]year[- ]olds?|kind(?:er|ern)?|minderjahrige\w*|(?:nino|nina)s?|menor(?:es)?(?: de edad)?"
    r"|enfants?|mineure?s?)\b"
)
_SEXUAL = (
    r"(?:porn\w*|sex with|sexual(?:ly)? (?:content|explicit|story|act\w*)|nudes?\b|nackt\w*|sexuell\w*|sexo con"
    r"|desnud[oa]s?|relations? sexuelles?|contenu sexuel|nue?s?\b)"
)
_GROUP = (
    r"(?:jews?|muslims?|christians?|blacks?|gays?|lesbians?|immigrants?|refugees?|foreigners?|women"
    r"|juden|muslime?|christen|schwarzen?|schwulen?|auslander|fluchtlinge|frauen"
    r"|judios|musulmanes|cristianos|negros|gais|inmigrantes|mujeres"
    r"|juifs|musulmans|chretiens|noirs|homosexuels|immigres|etrangers|femmes)"
)
_PERSON = r"(?:you|him|her|them|my (?:teacher|class|classmates?|school|boss|wife|husband|mother|father))\b"
_MEANS_TO = r"(?:want to|wanna|going to|gonna|will|about to|thinking (?:of|about))"
_I = r"(?:i|i'm|im|i am)"
_INTEND = r"(?:'ll| will| want to| wanna| am going to|'m going to| are going to)"

PATTERNS = {
    "self-harm": _any(
        rf"{_I} {_MEANS_TO} (?:kill(?:ing)? myself|die\b|end(?:ing)? my life|(?:hurt|cut)(?:ting|ing)? myself)",
        rf"{_I} {_MEANS_TO} commit(?:ting)? suicide",
        r"how (?:can|do|should) i (?:kill|hang|cut|hurt) myself",
        r"i (?:do not|don't|dont) want to (?:live|be alive)",
        r"ich (?:will|mochte|werde) (?:mich umbringen|mich toten|sterben|nicht mehr leben|mir (?:et)?was antun)",
        r"ich (?:bringe|brachte) mich um",
        r"(?:quiero|voy a) (?:matarme|suicidarme|morir(?:me)?\b|quitarme la vida|hacerme dano)",
        r"no quiero (?:seguir viviendo|vivir mas)",
        r"je (?:veux|vais) (?:me (?:tuer|suicider|faire du mal)|mourir|en finir)",
        r"je ne veux plus vivre",
    ),
    "violence": _any(
        rf"(?:i|we){_INTEND} (?:kill|murder|shoot|stab) {_PERSON}",
        r"(?:shoot|blow|bomb) (?:up )?(?:the|my|this) (?:school|university|class(?:room)?)",
        r"ich (?:bringe|bring) (?:dich|ihn|sie|euch|meine?n? \w+) um\b",
        r"ich (?:werde|will) (?:dich|ihn|sie|euch|meine?n? \w+) (?:umbringen|toten|erschiessen|abstechen)",
        r"(?:te|os|lo|la|los) voy a matar|voy a matar(?:te|los|las)\b",
        r"voy a (?:matar|disparar|apunalar) a (?:mi|el|la|los|ti)\b",
        r"je vais (?:te|vous|le|la|les) (?:tuer|buter|poignarder)|je vais tuer (?:mon|ma|mes)\b",
    ),
    "sexual/minors": _any(rf"{_SEXUAL}\W(?:[^.!?]{{0,40}}\W)?{_MINOR}", rf"{_MINOR}\W(?:[^.!?]{{0,20}}\W)?{_SEXUAL}"),
    "hate": _any(
        rf"{_GROUP} (?:should|must|deserve to|need to) (?:all )?(?:die|be (?:killed|gassed|exterminated)|burn in hell)",
        rf"(?:kill|gas|exterminate|hang) (?:all )?(?:the )?{_GROUP}\b",
        rf"{_GROUP} are (?:vermin|subhuman|animals|parasites|cockroaches)",
        rf"{_GROUP} (?:sollen|sollten|mussen) (?:alle )?(?:sterben|vergast|getotet|verbrannt)",
        rf"{_GROUP} sind (?:ungeziefer|untermenschen|parasiten|abschaum)",
        rf"(?:muerte a|hay que matar a|maten a) (?:todos )?(?:los|las) {_GROUP}",
        rf"(?:los|las) {_GROUP} son (?:alimanas|parasitos|escoria)",
        rf"(?:mort aux|il faut tuer (?:tous )?les|tuez (?:tous )?les) {_GROUP}",
        rf"les {_GROUP} sont (?:de la vermine|des parasites|des sous-hommes)",
    ),
}
"""Category, as OpenAI names it -> its phrases."""
