"""Words that a nudge does not need, by what they are refused for; a star stands for any ending."""

import re

from common.domain.engagement.templates import Language

_PROMISE: dict[Language, str] = {
    "en": """guarant*, promis*, will pass, will succeed, will ace, will master, will win, ll pass, ll succeed, ll ace,
        ll master, ll win, certificate*, reward*, prize*, bonus*, win, free, discount*, success*""",
    "de": """garant*, versprech*, versproch*, versprich*, bestehen, bestehst, erfolg*, zertifikat*, belohn*, preis*,
        bonus*, gewinn*, gratis, kostenlos*, rabatt*""",
    "es": """garant*, promet*, promes*, aprobar*, éxito*, certificad*, recompens*, premi*, bonificaci*, ganar*, gratis,
        descuento*""",
    "fr": """garant*, promet*, promes*, réussi*, succès, certificat*, récompens*, prix, bonus*, gagn*, gratuit*,
        remise*, réduction*""",
}
_SHAME: dict[Language, str] = {
    "en": """lazy, lazi*, disappoint*, asham*, shame*, guilt*, fail*, behind, excuse*, neglect*, wast*, quit*, give up,
        giving up, gave up, given up, lose, loses, losing, lost, worse, should have, miss out, missing out, missed,
        you down, us down, too late, never, at risk, struggl*""",
    "de": """faul*, enttäusch*, schäm*, scham*, schuld*, versag*, durchfall*, zurückfall*, zurückgefallen, hinterher*,
        ausrede*, vernachlässig*, verschwend*, aufgegeben, aufgibst, verlier*, verloren*, schlechter*, hättest,
        verpass*, zu spät, nie, gefährdet*""",
    "es": """perezos*, vago, vaga, decepcion*, vergüenza*, avergonz*, culp*, fracas*, suspend*, atrás, atras*, excusa*,
        descuid*, desperdici*, abandon*, perd*, pierd*, peor*, deberías haber, demasiado tarde, nunca, en riesgo""",
    "fr": """paress*, déç*, décev*, honte*, coupab*, échou*, échec*, retard*, excuse*, néglig*, gaspill*, abandonn*,
        perd*, pire*, auriez dû, trop tard, jamais, en danger""",
}
_MADE_UP: dict[Language, str] = {
    "en": """exam*, test*, deadline*, due, grade*, score*, streak*, point, points, badge*, level*, teacher*, class*,
        friend*, others, everyone, everybody, yesterday, tomorrow, days, week*, month*, year*, course*, chapter*,
        lesson*, two, three, four, five, ten, fifteen, twenty, thirty, dozen*, hundred*""",
    "de": """prüfung*, klausur*, frist*, fällig*, note, noten, punkt*, abzeichen, serie*, level*, lehrer*, lehrkr*,
        klasse*, mitschüler*, freund, freunde*, freundin*, anderen, gestern, morgen, tage, tagen, woche*, monat*, jahr*,
        kurs*, kapitel*, lektion*, zwei, drei, vier, fünf, zehn, fünfzehn, zwanzig, dreißig, dutzend*, hundert*""",
    "es": """examen*, exámenes, prueba*, plazo*, nota, notas, punto, puntos, insignia*, racha*, nivel*, docente*,
        profesor*, clase*, compañer*, amig*, todos, ayer, mañana, días, semana*, mes, meses, año*, curso*, capítulo*,
        lección, lecciones, dos, tres, cuatro, cinco, diez, quince, veinte, treinta, docena*, cien*""",
    "fr": """examen*, épreuve*, délai*, échéance*, note, notes, point, points, badge*, série*, niveau*, enseignant*,
        professeur*, classe*, camarade*, ami, amis, amie*, autres, tout le monde, hier, demain, jours, semaine*, mois,
        ans, année*, cours, chapitre*, leçon*, deux, trois, quatre, cinq, dix, quinze, vingt, trente,
        douzaine*, cent*""",
}


def _pattern(said: str) -> re.Pattern[str]:
    words = (re.escape(" ".join(one.split())).replace(r"\*", r"\w*") for one in said.split(","))
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


PROMISE = {language: _pattern(said) for language, said in _PROMISE.items()}
SHAME = {language: _pattern(said) for language, said in _SHAME.items()}
MADE_UP = {language: _pattern(said) for language, said in _MADE_UP.items()}
"""What nobody told the model: amounts, times, results, other people, courses."""
