"""How learners say what needs no document, in four languages: each expression is for a whole part of a message."""

from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "name_given", "name_asked", "greeting", "thanks", "acknowledged", "farewell", "how_are_you", "who_are_you", "help",
    "recall", "recall_first",
]  # fmt: skip

NAME = r"(?P<name>[^\W\d_][\w'\u2019-]{0,40}(?: (?!(?:and|und|y|et|but|aber)\b)[^\W\d_][\w'\u2019-]{0,40}){0,2})"
"""After "my name is": anything that can be one."""
PROPER = r"(?P<proper>(?-i:[A-ZÀ-ÖØ-Þ])[\w'\u2019-]{1,40}(?: (?-i:[A-ZÀ-ÖØ-Þ])[\w'\u2019-]{1,40})?)"
"""After "I am": only what is written as one."""

PHRASES: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    "name_given": {
        "en": (
            rf"(?:and )?my name(?: is|['\u2019]?s) {NAME}",
            rf"(?:please )?call me {NAME}",
            rf"i am called {NAME}",
            rf"(?:and )?i(?: a|['\u2019]?)m {PROPER}",
            rf"(?:and )?this is {PROPER}",
        ),
        "de": (
            rf"(?:und )?mein name ist {NAME}",
            rf"(?:und )?ich hei(?:ß|ss)e {NAME}",
            rf"nenn mich {NAME}",
            rf"(?:und )?ich bin (?:die |der )?{PROPER}",
        ),
        "es": (rf"(?:y )?(?:me llamo|mi nombre es|llámame) {NAME}", rf"(?:y )?soy {PROPER}"),
        "fr": (
            rf"(?:et )?je m['\u2019]appelle {NAME}",
            rf"(?:et )?mon nom est {NAME}",
            rf"appelle[- ]moi {NAME}",
            rf"(?:et )?(?:je suis|moi c['\u2019]est) {PROPER}",
        ),
    },
    "name_asked": {
        "en": (
            r"(?:so |and )?what(?: is|['\u2019]?s) my name(?: again)?",
            r"(?:so |and )?who am i",
            r"do you (?:know|remember) (?:my name|who i am|what my name is|what i am called)",
            r"(?:can you )?(?:tell me|say) my name",
            r"what am i called",
        ),
        "de": (
            r"(?:und )?wie (?:heiße|heisse) ich(?: (?:noch ?mal|wieder))?",
            r"(?:und )?wie ist mein name",
            r"wer bin ich",
            r"weißt du(?: noch)?,? wie ich heiße",
            r"kennst du meinen namen",
        ),
        "es": (
            r"(?:y )?cómo me llamo",
            r"(?:y )?cuál es mi nombre",
            r"quién soy(?: yo)?",
            r"(?:sabes|recuerdas) (?:mi nombre|cómo me llamo)",
        ),
        "fr": (
            r"(?:et )?comment (?:est-ce que )?je m['\u2019]appelle",
            r"comment m['\u2019]appell[eé][- ]?je",
            r"(?:et )?quel est mon nom",
            r"qui suis-je",
            r"(?:tu te souviens|te souviens-tu) de mon nom",
        ),
    },
    "greeting": {
        "en": (r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day))(?: there| again| tutor)?",),
        "de": (r"(?:hallo|guten (?:morgen|tag|abend)|servus|moin|grüß (?:dich|gott))(?: zusammen| tutor)?",),
        "es": (r"(?:hola|buen(?:os|as) (?:días|tardes|noches))(?: tutor)?",),
        "fr": (r"(?:bonjour|salut|bonsoir|coucou)(?: tuteur)?",),
    },
    "thanks": {
        "en": (
            r"(?:ok(?:ay)? |great |many )?(?:thanks?(?: you)?|thx|cheers)(?: (?:a lot|(?:so|very) much|again|tutor))*"
            r"(?: for (?:(?:all )?(?:your|the) (?:help|answers?|explanations?)|helping(?: me)?|that|everything))?",
            r"(?:that(?: is|'s|\u2019s) )?(?:great|perfect|awesome|very helpful)",
            r"(?:that|this|it)(?: really)? (?:helped|helps|was (?:very )?helpful)(?: me)?(?: a lot| very much)?",
        ),
        "de": (
            r"(?:vielen |herzlichen |besten )?dank(?:e(?: (?:dir|schön|sehr|vielmals))*)?(?: für (?:deine|die) hilfe)?",
            r"das (?:hat|war)(?: mir)?(?: sehr| wirklich)* (?:geholfen|hilfreich)",
        ),
        "es": (r"(?:muchas |muchísimas |mil )?gracias(?: por (?:tu ayuda|la ayuda|ayudarme|todo))?",),
        "fr": (r"merci(?: (?:beaucoup|bien|infiniment))?(?: (?:pour (?:ton|votre) aide|pour tout|de ton aide))?",),
    },
    "acknowledged": {
        "": (r"ok(?:ay)?", r"no", r"super", r"h?m+", r"aha"),
        "en": (
            r"(?:oh |ah )?i (?:see|understand|got it)(?: now)?",
            r"got it",
            r"(?:all|al)right",
            r"all right",
            r"cool",
            r"nice",
            r"good",
            r"fine",
            r"sure",
            r"yes",
            r"yeah",
            r"yep",
            r"nope",
            r"right",
            r"interesting",
            r"(?:that )?makes sense",
        ),
        "de": (
            r"alles klar",
            r"(?:ich habe(?: es)? |hab(?:e)?(?: ich)? )?verstanden",
            r"gut",
            r"ja",
            r"nein",
            r"genau",
            r"interessant",
            r"klar",
            r"prima",
            r"toll",
            r"ach so",
        ),
        "es": (
            r"vale",
            r"de acuerdo",
            r"(?:lo )?entiendo",
            r"entendido",
            r"sí",
            r"claro",
            r"perfecto",
            r"genial",
            r"bien",
        ),
        "fr": (r"d['\u2019]accord", r"(?:j['\u2019]ai )?compris", r"oui", r"non", r"parfait", r"très bien", r"bien"),
    },
    "farewell": {
        "en": (
            r"(?:thanks? (?:you )?and )?(?:good ?)?bye(?: bye)?(?: and thanks?(?: you)?)?",
            r"see you(?: (?:later|soon|tomorrow))?",
            r"good night",
        ),
        "de": (
            r"(?:danke und )?tschüs+(?: und danke)?",
            r"auf wiedersehen",
            r"bis (?:bald|später|morgen)",
            r"gute nacht",
        ),
        "es": (r"adiós", r"hasta (?:luego|mañana|pronto|la vista)"),
        "fr": (r"au revoir", r"à (?:bientôt|demain|plus(?: tard)?)", r"bonne nuit"),
    },
    "how_are_you": {
        "en": (r"how are (?:you|things)(?: (?:doing|today))*", r"how(?: is|'s|\u2019s) it going", r"nice to meet you"),
        "de": (r"wie geht(?:'s|\u2019s|s| es dir)(?: heute)?", r"freut mich"),
        "es": (r"(?:cómo estás|qué tal)(?: hoy)?", r"mucho gusto"),
        "fr": (r"(?:comment )?ça va", r"comment (?:vas-tu|allez-vous)", r"enchantée?"),
    },
    "who_are_you": {
        "en": (
            r"(?:who|what) are you",
            r"who (?:made|built|created) you",
            r"are you (?:an? )?(?:human|robot|bot|ai|real)(?: person)?",
            r"what(?: is|['\u2019]?s) your name",
        ),
        "de": (r"(?:wer|was) bist du", r"bist du (?:ein )?(?:mensch|roboter|bot|ki)", r"wie heißt du"),
        "es": (r"(?:quién|qué) eres", r"cómo te llamas", r"eres (?:un )?(?:humano|robot)"),
        "fr": (r"qui es[- ]tu", r"comment t['\u2019]appelles[- ]tu", r"es-tu (?:un )?(?:humain|robot)"),
    },
    "help": {
        "en": (
            r"help(?: me)?(?: please)?",
            r"(?:can|could|will|would) you (?:please )?help(?: me)?(?: please)?",
            r"what can i ask(?: you)?(?: about)?",
            r"what can (?:you|i) do(?: here| for me)?",
            r"how (?:does this|do you) work",
            r"how (?:do|can) i use (?:this|it|you|scholium|the (?:platform|tutor|app))",
            r"how (?:do|can) i upload (?:a |my )?(?:document|file|pdf)s?",
            r"how (?:do|can) i (?:take a quiz|(?:make|create|review) (?:a )?(?:flash)?cards?|see my progress)",
        ),
        "de": (
            r"hilfe",
            r"(?:kannst|könntest) du mir (?:bitte )?helfen",
            r"was kann ich (?:dich )?(?:alles )?fragen",
            r"was kannst du(?: tun)?",
            r"was kann ich hier (?:tun|machen)",
            r"wie funktioniert (?:das|dies)(?: hier)?",
            r"wie lade ich (?:ein |mein )?dokument hoch",
        ),
        "es": (
            r"ayuda",
            r"(?:me (?:puedes|podrías) ayudar|(?:puedes|podrías) ayudarme)(?: por favor)?",
            r"qué (?:te )?puedo preguntar(?:te)?",
            r"qué (?:puedes|puedo) hacer(?: aquí)?",
            r"cómo (?:funciona|se usa) (?:esto|scholium)",
            r"cómo subo un documento",
        ),
        "fr": (
            r"aide(?:[- ]moi)?",
            r"(?:(?:peux|pourrais)-tu|tu peux) m['\u2019]aider",
            r"que puis-je te demander",
            r"que (?:peux-tu|puis-je) faire(?: ici)?",
            r"comment (?:ça marche|utiliser scholium)",
            r"comment (?:téléverser|importer) un document",
        ),
    },
    "recall": {
        "en": (
            r"what did i (?:just )?(?:ask|say|tell you)(?: you)?(?: before| earlier| last)?",
            r"what was my (?:last|previous) question",
        ),
        "de": (r"was habe ich (?:eben |zuletzt )?(?:gefragt|gesagt)", r"was war meine letzte frage"),
        "es": (r"qué (?:te )?(?:pregunté|dije)(?: antes)?", r"cuál fue mi última pregunta"),
        "fr": (r"qu['\u2019]ai-je (?:demandé|dit)", r"quelle (?:était|est) ma dernière question"),
    },
    "recall_first": {
        "en": (
            r"what was my (?:very )?first question",
            r"(?:what did i|do you (?:know|remember) what i) (?:ask|asked)(?: you)? first",
        ),
        "de": (r"was war meine erste frage", r"was habe ich (?:zuerst|als erstes) gefragt"),
        "es": (r"cuál fue mi primera pregunta", r"qué (?:te )?pregunté primero"),
        "fr": (r"quelle (?:était|est) ma première question", r"qu['\u2019]ai-je demandé en premier"),
    },
}

NO_NAMES = frozenset(
    {
        "sorry", "sure", "fine", "good", "great", "ok", "okay", "back", "ready", "done", "lost", "stuck", "late",
        "tired", "happy", "sad", "confused", "here", "new", "afraid", "not", "müde", "neu", "fertig", "hier", "da",
        "gut", "traurig", "froh", "krank", "listo", "nuevo", "cansado", "aquí", "prêt", "nouveau", "fatigué", "ici",
        "perdu", "content", "the", "a", "an", "your", "just", "so", "very", "it", "what", "why", "how",
        "where", "when", "who", "later", "tomorrow", "if", "maybe", "student", "studentin", "schüler",
        "schülerin", "lehrer", "lehrerin", "deutscher", "deutsche", "german", "american", "english", "british",
        "french", "spanish", "italian", "español", "española", "profesor", "profesora", "estudiante", "français",
        "française", "étudiant", "étudiante", "professeur",
    }
)  # fmt: skip
"""Words that follow "I am" and are no name."""
