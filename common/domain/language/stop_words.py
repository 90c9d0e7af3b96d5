"""Words that say nothing of a text's subject but much of its language: left out of terms, and counted to tell it."""

_ENGLISH = """
a about above after again against all also am an and any are as at be because been before being below between
both but by can could did do does doing down during each either else ever every few for from further get gets
got had has have having he her here hers herself him himself his how however i if in into is it its itself
just let me might more most must my myself no nor not now of off on once one only or other ought our ours
ourselves out over own please same shall she should so some such tell than that the their theirs them
themselves then there these they this those through to too under until up upon us very was we were what when
where which while who whom whose why will with within without would you your yours yourself yourselves
"""
_GERMAN = """
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da damit
dann das dass daß dein deine dem den denn der des dessen dich die dies diese diesem diesen dieser dieses dir
doch dort du durch ein eine einem einen einer eines er es etwas euch euer für gegen gewesen hab habe haben hat
hatte hatten hier hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist jede jedem jeden
jeder jedes jene jetzt kann kein keine keinem keinen können könnte machen man manche mehr mein meine mich mir
mit muss musste müssen nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner sich
sie sind so solche soll sollte sondern sonst über um und uns unser unter viel vom von vor war waren warum was
weil welche welchem welchen welcher welches wenn wer werde werden wessen wie wieder will wir wird wirst wo
woher wohin wollen wurde wurden zu zum zur zwar zwischen
"""
_SPANISH = """
a al algo algunas algunos ante antes aquel aquella así aún aunque bajo cada como cómo con contra cuál cuáles
cual cuales cuándo cuando cuánta cuántas cuánto cuántos de del desde donde dónde durante e el él ella ellas
ellos en entonces entre era eran es esa esas ese eso esos esta está están estas este esto estos fue fueron ha
había han hasta hay la las le les lo los más me mi mis mucho muy nada ni no nos nosotros nuestra nuestro o os
otra otras otro otros para pero poco por porque qué que quien quién quienes se sea según ser si sí sido sin
sobre son su sus también tan tanto te tiene tienen toda todas todo todos tu tus un una unas uno unos usted
vosotros y ya yo
"""
_FRENCH = """
a ai ainsi au aucun aussi autre autres aux avait avant avec avoir c ce ceci cela celle celles celui ces cet
cette ceux chaque chez comme comment d dans de depuis des deux dont du elle elles en encore entre es est et
étaient était étant été être eu eux faire fait fut il ils j je jusque l la là le les leur leurs lorsque lui m
ma mais me même mes moi moins mon n ne ni nos notre nous on ont ou où par parce pas pendant peu peut plus pour
pourquoi puis qu quand que quel quelle quelles quels qui quoi s sa sans se sera ses si sien son sont sous sur
t ta te tes toi ton tous tout toute toutes très tu un une vers vos votre vous y
"""

STOP_WORDS = {
    "en": frozenset(_ENGLISH.split()),
    "de": frozenset(_GERMAN.split()),
    "es": frozenset(_SPANISH.split()),
    "fr": frozenset(_FRENCH.split()),
}
"""By language (ISO 639-1)."""
