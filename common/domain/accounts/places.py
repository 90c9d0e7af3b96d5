"""Countries, languages and time zones, as the standards name them."""

import functools
import importlib.resources
import re

_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_CODES.split())
"""ISO 3166-1 alpha-2, and XK for Kosovo as everybody writes it."""

_LANGUAGE = re.compile(r"([a-z]{2,3})(-[A-Za-z]{4})?(-[A-Za-z]{2}|-[0-9]{3})?", re.IGNORECASE)


def country(code: str) -> str:
    """The code in capitals; ValueError when it is no country's."""
    if code.upper() not in COUNTRIES or not code.isascii():
        raise ValueError("a country is two letters of ISO 3166-1, such as DE")
    return code.upper()


def language(tag: str) -> str:
    """The tag in its usual case (pt-BR, zh-Hant); ValueError when it is none of BCP 47's common forms."""
    found = _LANGUAGE.fullmatch(tag) if tag.isascii() else None
    if found is None:
        raise ValueError("a language is a tag of BCP 47, such as de or pt-BR")
    primary, script, region = found.groups()
    return primary.lower() + (script or "").title() + (region or "").upper()


def time_zone(name: str) -> str:
    """The name; ValueError when the IANA database has no such zone. The same on every machine."""
    if name not in _zones():
        raise ValueError("a time zone is a name of the IANA database, such as Europe/Berlin")
    return name


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())
