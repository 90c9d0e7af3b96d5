"""The words of our e-mails: plain, short, in the reader's language where we have it."""

from dataclasses import dataclass

from common.domain.accounts.messages import Template

FALLBACK = "en"


@dataclass(frozen=True)
class Words:
    """A subject and a text; both may name {name}, {site} and {link}."""

    subject: str
    text: str


_WORDS: dict[Template, dict[str, Words]] = {
    "verify_email": {
        "en": Words(
            "Please confirm your e-mail address",
            "Hello {name},\n\nwelcome! Please confirm that this address is yours:\n\n{link}\n\n"
            "The link works once, for three days. If you did not register at {site}, ignore this message.\n",
        ),
        "de": Words(
            "Bitte bestätige deine E-Mail-Adresse",
            "Hallo {name},\n\nwillkommen! Bitte bestätige, dass diese Adresse deine ist:\n\n{link}\n\n"
            "Der Link gilt einmal, drei Tage lang. Wenn du dich nicht bei {site} angemeldet hast, beachte diese "
            "Nachricht nicht.\n",
        ),
        "es": Words(
            "Confirma tu dirección de correo",
            "Hola, {name}:\n\n¡Te damos la bienvenida! Confirma que esta dirección es tuya:\n\n{link}\n\n"
            "El enlace sirve una sola vez, durante tres días. Si no te registraste en {site}, ignora este mensaje.\n",
        ),
        "fr": Words(
            "Confirmez votre adresse e-mail",
            "Bonjour {name},\n\nbienvenue ! Confirmez que cette adresse est bien la vôtre :\n\n{link}\n\n"
            "Le lien fonctionne une seule fois, pendant trois jours. Si vous ne vous êtes pas inscrit sur {site}, "
            "ignorez ce message.\n",
        ),
    },
    "reset_password": {
        "en": Words(
            "Choose a new password",
            "Hello {name},\n\nhere you can choose a new password:\n\n{link}\n\n"
            "The link works once, for one hour. If you did not ask for it, do nothing: your password stays as it is.\n",
        ),
        "de": Words(
            "Wähle ein neues Passwort",
            "Hallo {name},\n\nhier kannst du ein neues Passwort wählen:\n\n{link}\n\n"
            "Der Link gilt einmal, eine Stunde lang. Wenn du ihn nicht angefordert hast, musst du nichts tun: dein "
            "Passwort bleibt, wie es ist.\n",
        ),
        "es": Words(
            "Elige una nueva contraseña",
            "Hola, {name}:\n\nAquí puedes elegir una nueva contraseña:\n\n{link}\n\n"
            "El enlace sirve una sola vez, durante una hora. Si no lo pediste, no hagas nada: tu contraseña "
            "no cambia.\n",
        ),
        "fr": Words(
            "Choisissez un nouveau mot de passe",
            "Bonjour {name},\n\nvous pouvez choisir ici un nouveau mot de passe :\n\n{link}\n\n"
            "Le lien fonctionne une seule fois, pendant une heure. Si vous ne l'avez pas demandé, ne faites rien : "
            "votre mot de passe ne change pas.\n",
        ),
    },
}


def words(template: Template, language: str | None) -> Words:
    """The words in a language (BCP 47), or in English."""
    known = _WORDS[template]
    return known.get((language or FALLBACK).partition("-")[0], known[FALLBACK])
