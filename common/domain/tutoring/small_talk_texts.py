"""What the offline tutor says where no document is needed, in four languages; the same keys in each."""

from collections.abc import Mapping

REPLIES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "greeting": "Hello!",
        "greeting_name": "Hello, {name}!",
        "nice_to_meet": "Nice to meet you, {name}!",
        "your_name": "Your name is {name}.",
        "no_name": "You have not told me your name yet.",
        "thanks": "You are welcome.",
        "farewell": "Goodbye, and enjoy your studies!",
        "how_are_you": "All is well here, thank you.",
        "who_are_you": "I am Scholium's offline tutor: a program, not a person.",
        "recall": "You wrote: “{text}”",
        "recall_first": "Your first question began: “{text}”",
        "acknowledged": "All right. What would you like to know next?",
        "no_recall": "You have not asked anything yet.",
        "told": "You told me: “{text}”",
    },
    "de": {
        "greeting": "Hallo!",
        "greeting_name": "Hallo {name}!",
        "nice_to_meet": "Schön, dich kennenzulernen, {name}!",
        "your_name": "Du heißt {name}.",
        "no_name": "Du hast mir deinen Namen noch nicht gesagt.",
        "thanks": "Gern geschehen.",
        "farewell": "Auf Wiedersehen, und viel Freude beim Lernen!",
        "how_are_you": "Danke, hier ist alles gut.",
        "who_are_you": "Ich bin der Offline-Tutor von Scholium: ein Programm, kein Mensch.",
        "recall": "Du hast geschrieben: „{text}“",
        "recall_first": "Deine erste Frage begann so: „{text}“",
        "acknowledged": "Gut. Was möchtest du als Nächstes wissen?",
        "no_recall": "Du hast noch nichts gefragt.",
        "told": "Du hast mir gesagt: „{text}“",
    },
    "es": {
        "greeting": "¡Hola!",
        "greeting_name": "¡Hola, {name}!",
        "nice_to_meet": "¡Mucho gusto, {name}!",
        "your_name": "Te llamas {name}.",
        "no_name": "Todavía no me has dicho tu nombre.",
        "thanks": "De nada.",
        "farewell": "¡Hasta luego, y que disfrutes estudiando!",
        "how_are_you": "Todo bien por aquí, gracias.",
        "who_are_you": "Soy el tutor sin conexión de Scholium: un programa, no una persona.",
        "recall": "Escribiste: «{text}»",
        "recall_first": "Tu primera pregunta empezaba así: «{text}»",
        "acknowledged": "De acuerdo. ¿Qué quieres saber ahora?",
        "no_recall": "Todavía no has preguntado nada.",
        "told": "Me dijiste: «{text}»",
    },
    "fr": {
        "greeting": "Bonjour !",
        "greeting_name": "Bonjour {name} !",
        "nice_to_meet": "Enchanté, {name} !",
        "your_name": "Tu t'appelles {name}.",
        "no_name": "Tu ne m'as pas encore dit ton nom.",
        "thanks": "De rien.",
        "farewell": "Au revoir, et bon travail !",
        "how_are_you": "Tout va bien ici, merci.",
        "who_are_you": "Je suis le tuteur hors ligne de Scholium : un programme, pas une personne.",
        "recall": "Tu as écrit : « {text} »",
        "recall_first": "Ta première question commençait ainsi : « {text} »",
        "acknowledged": "D'accord. Que veux-tu savoir maintenant ?",
        "no_recall": "Tu n'as encore rien demandé.",
        "told": "Tu m'as dit : « {text} »",
    },
}

HELPED_WITH: Mapping[str, str] = {
    "en": "Upload a document and ask me about it: I answer with quotes and their pages.",
    "de": "Lade ein Dokument hoch und frag mich danach: Ich antworte mit Zitaten und ihren Seiten.",
    "es": "Sube un documento y pregúntame sobre él: respondo con citas y sus páginas.",
    "fr": "Téléverse un document et pose-moi une question : je réponds par des citations et leurs pages.",
}

HELP: Mapping[str, str] = {
    "en": (
        "Upload a document, wait until it is ready, and ask me about it: I answer with quotes and their "
        "pages, and say so when it is not in your material. Quizzes test what you know, flashcards come back "
        "when you are about to forget, and your progress shows what to do next."
    ),
    "de": (
        "Lade ein Dokument hoch, warte, bis es bereit ist, und frag mich danach: Ich antworte mit Zitaten und"
        " ihren Seiten und sage es, wenn etwas nicht in deinem Material steht. Quizze prüfen, was du weißt, "
        "Karteikarten kommen wieder, bevor du sie vergisst, und dein Fortschritt zeigt, was als Nächstes dran"
        " ist."
    ),
    "es": (
        "Sube un documento, espera a que esté listo y pregúntame sobre él: respondo con citas y sus páginas, "
        "y lo digo si algo no está en tu material. Los cuestionarios comprueban lo que sabes, las tarjetas "
        "vuelven antes de que las olvides y tu progreso muestra qué hacer después."
    ),
    "fr": (
        "Téléverse un document, attends qu'il soit prêt et pose-moi tes questions : je réponds par des "
        "citations et leurs pages, et je le dis quand ce n'est pas dans tes documents. Les quiz vérifient ce "
        "que tu sais, les cartes reviennent avant que tu ne les oublies, et tes progrès montrent la suite."
    ),
}

NOT_FOUND: Mapping[str, str] = {
    "en": "I found nothing in your material that answers this.",
    "de": "In deinem Material habe ich nichts gefunden, was das beantwortet.",
    "es": "No he encontrado en tu material nada que responda a esto.",
    "fr": "Je n'ai rien trouvé dans tes documents qui réponde à cette question.",
}

NOTED: Mapping[str, str] = {
    "en": "I keep that in mind for this conversation.",
    "de": "Das merke ich mir für dieses Gespräch.",
    "es": "Lo tendré presente en esta conversación.",
    "fr": "Je le garde en mémoire pour cette conversation.",
}

ONLY_QUOTES: Mapping[str, str] = {
    "en": "I can only quote your material, not put it in other words. Ask me about one part of it, or one word.",
    "de": "Ich kann dein Material nur zitieren, nicht umschreiben. Frag mich nach einem Teil davon oder einem Wort.",
    "es": "Solo puedo citar tu material, no decirlo con otras palabras. Pregúntame por una parte o por una palabra.",
    "fr": "Je ne peux que citer tes documents, pas les reformuler. Demande-moi une partie précise, ou un mot.",
}

REFUSED: Mapping[str, str] = {
    "en": "I cannot help with that. Ask me about your material, and I gladly will.",
    "de": "Dabei kann ich nicht helfen. Frag mich nach deinem Material, dann gern.",
    "es": "Con eso no puedo ayudarte. Pregúntame por tu material, y lo haré con gusto.",
    "fr": "Je ne peux pas t'aider pour cela. Pose-moi une question sur tes documents, et je le ferai volontiers.",
}

CARED_FOR: Mapping[str, str] = {
    "en": (
        "That sounds very hard. I am only a program: please talk to somebody you trust, or to a doctor or a "
        "helpline, now. If you are in danger, call your local emergency number."
    ),
    "de": (
        "Das klingt sehr schwer. Ich bin nur ein Programm: Bitte sprich jetzt mit jemandem, dem du vertraust,"
        " oder mit einer Ärztin, einem Arzt oder einem Krisentelefon. Wenn du in Gefahr bist, ruf den Notruf "
        "an."
    ),
    "es": (
        "Parece muy duro. Solo soy un programa: habla ahora con alguien de confianza, con un médico o con una"
        " línea de ayuda. Si estás en peligro, llama al número de emergencias."
    ),
    "fr": (
        "Cela a l'air très dur. Je ne suis qu'un programme : parle maintenant à une personne de confiance, à "
        "un médecin ou à une ligne d'écoute. Si tu es en danger, appelle les secours."
    ),
}

HINT: Mapping[str, str] = {
    "en": "This is a question of your open quiz, so here is a hint, not the answer: {hint}",
    "de": "Das ist eine Frage aus deinem offenen Quiz, darum ein Hinweis statt der Antwort: {hint}",
    "es": "Es una pregunta de tu cuestionario abierto, así que aquí tienes una pista y no la respuesta: {hint}",
    "fr": "C'est une question de ton quiz en cours : voici donc un indice, pas la réponse : {hint}",
}

NO_HINT: Mapping[str, str] = {
    "en": "This is a question of your open quiz. Hand it in first, then I gladly explain it.",
    "de": "Das ist eine Frage aus deinem offenen Quiz. Gib es erst ab, dann erkläre ich sie gern.",
    "es": "Es una pregunta de tu cuestionario abierto. Entrégalo primero, y luego te la explico con gusto.",
    "fr": "C'est une question de ton quiz en cours. Rends-le d'abord, puis je l'expliquerai volontiers.",
}
