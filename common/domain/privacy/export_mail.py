"""Tells a learner by e-mail that their export is ready, at most once.

The link opens the archive for whoever has it. So it is good for a day only, stands in no message and no log, and goes
to no address that was not verified: one that was mistyped is somebody else's. They find the export when they log in.
"""

from datetime import timedelta

from common import logs
from common.domain.accounts import mail
from common.domain.accounts.mail_texts import FALLBACK, Words
from common.domain.accounts.models import Account
from common.domain.privacy.export_messages import MailExport
from common.domain.privacy.export_models import Exports, LearnerExport
from common.ports import Clock, Deployment, DownloadSigner, Mailer, Outside, StoreReader
from common.ports.mailer import Mail

LINK = timedelta(hours=24)
TEMPLATE = "export_ready"
_WORDS = {
    "en": Words(
        "Your data is ready",
        "Hello {name},\n\nhere is everything that {site} knows of you, as you have asked:\n\n{link}\n\n"
        "The link works for 24 hours; whoever has it can open your data, so do not pass it on. Afterwards you will "
        "find the export in your account for another six days. If you did not ask for it, change your password.\n",
    ),
    "de": Words(
        "Deine Daten liegen bereit",
        "Hallo {name},\n\nhier ist alles, was {site} über dich weiß, wie du es gewünscht hast:\n\n{link}\n\n"
        "Der Link gilt 24 Stunden; wer ihn hat, kann deine Daten öffnen, also gib ihn nicht weiter. Danach findest du "
        "den Export noch sechs Tage in deinem Konto. Wenn du ihn nicht angefordert hast, ändere dein Passwort.\n",
    ),
    "es": Words(
        "Tus datos están listos",
        "Hola, {name}:\n\nAquí tienes todo lo que {site} sabe de ti, como pediste:\n\n{link}\n\n"
        "El enlace sirve durante 24 horas; quien lo tenga puede abrir tus datos, así que no lo compartas. Después, "
        "encontrarás la exportación en tu cuenta durante seis días más. Si no la pediste, cambia tu contraseña.\n",
    ),
    "fr": Words(
        "Vos données sont prêtes",
        "Bonjour {name},\n\nvoici tout ce que {site} sait de vous, comme vous l'avez demandé :\n\n{link}\n\n"
        "Le lien fonctionne pendant 24 heures ; quiconque l'a peut ouvrir vos données, ne le transmettez donc pas. "
        "Ensuite, l'export reste six jours dans votre compte. Si vous ne l'avez pas demandé, changez de "
        "mot de passe.\n",
    ),
}


def send(
    message: MailExport,
    store: StoreReader,
    files: DownloadSigner[Exports],
    mailer: Mailer,
    outside: Outside,
    deployment: Deployment,
    clock: Clock,
) -> None:
    """Write to the learner, where there is still an export, and an address that is surely theirs. Costs two reads."""
    export, account = store.get(LearnerExport, message.user_id), store.get(Account, message.user_id)
    is_current = export is not None and export.export_id == message.export_id and export.is_there(clock.now())
    if account is None or not account.active or not account.email_verified or not is_current:
        logs.info("mail.not_needed", mail_id=message.export_id, template=TEMPLATE)
        return
    if export is None or export.file is None:
        raise ValueError("an export that is ready has a file")
    words = _WORDS.get((account.language or FALLBACK).partition("-")[0], _WORDS[FALLBACK])
    link = files.download_url(export.file, filename=export.filename, expires_in=LINK)
    text = words.text.format(name=account.display_name, site=deployment.public_url, link=link)
    automatic = ("Auto-Submitted", "auto-generated")  # RFC 3834: no out-of-office answers
    letter = Mail(f"export-{export.export_id}", account.email, words.subject, text, (automatic,))
    mail.hand_over(letter, TEMPLATE, mailer, outside)
