"""Sends a test mail to the signed-in officer, so that mail is known to work before a member waits for a receipt; and
takes the mail server's password.
"""

from flask import flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from kiosk import keys, waking
from kiosk.store.messages import outbox_rows
from kiosk.store.space.first_step_rows import TRIAL
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.duties import mailing
from kiosk.web.desk.first_hour.questions import area
from kiosk.web.desk.officers import users

_LONGEST = 200  # characters of a password


@area.get("/mail")
@needs(May.EDIT_RULES)
def trial() -> str:
    """Show how the last test mails ended, and the button for another."""
    desk = office()
    with desk.reading() as connection:
        trials = outbox_rows.latest(connection, TRIAL, 3)
    return render_template("first_hour/mail.html", trials=trials, mail=desk.home.config.mail, own=current_user.email)


@area.post("/mail/password")
@needs(May.EDIT_RULES, fresh=True)
def keep_password() -> Response:
    """Hand the mail server's password to the program that sends mail, which alone can read it from then on."""
    desk = office()
    password = request.form.get("password", "").strip()
    if not password or len(password) > _LONGEST or not password.isprintable():
        flash(
            t(
                "Écrivez le mot de passe du serveur de courrier, sur une ligne.",
                "Enter the mail server’s password, on one line.",
            ),
            "error",
        )
    else:
        keys.hand_word(desk.home.paths.mail_password, password)
        waking.call()  # the program that sends mail takes the password at once
        desk.log("mail-password")
        flash(t("Mot de passe enregistré. Envoyez un e-mail d’essai.", "Password saved. Send a test e-mail."))
    return redirect(url_for("hour.trial"), 303)


@area.post("/mail")
@needs(May.EDIT_RULES)
def send_trial() -> Response:
    """Put a test mail into the outbox, unless the last one still waits there; do nothing without a mail server."""
    desk = office()
    if desk.home.config.mail.server:
        text = t(
            "Bonjour,\n\nCet e-mail est un essai, demandé au bureau. Il est bien arrivé : les reçus, les "
            "rappels et les liens arriveront aussi.\n",
            "Hello,\n\nThis is a test e-mail, requested at the desk. It has arrived, so receipts, reminders "
            "and links will arrive too.\n",
        )
        with desk.reading() as connection:
            waits = outbox_rows.waits_for(connection, TRIAL, current_user.email)
        if not waits:
            users.officers().mail(current_user.id, t("Essai du courrier", "Test e-mail"), text, TRIAL)
            desk.log("trial-mail")
        mailing.say_waiting(current_user.email)
    return redirect(url_for("hour.trial"), 303)
