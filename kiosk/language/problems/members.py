"""Sentences for errors about people, badges, organisations and the desk's accounts.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "address": Text("L’adresse est trop longue : raccourcissez-la.", "The address is too long: shorten it."),
    "badge-awaited": Text(
        "Un badge est déjà attendu pour une autre personne : réessayez dans {seconds} secondes.",
        "A badge is already expected for someone else: try again in {seconds} seconds.",
    ),
    "badge-not-read": Text(
        "Il n’y a aucun badge à confirmer ici : relancez l’attente du badge.",
        "There is no badge to confirm here: start waiting for a badge again.",
    ),
    "badge-given": Text(
        "Ce badge est déjà à quelqu’un, ou ouvre déjà la porte. Prenez-en un autre.",
        "This badge already belongs to someone, or already opens the door. Use another one.",
    ),
    "category": Text(
        "Choisissez dans la liste la situation de la personne.", "Choose the person’s situation from the list."
    ),
    "demo-address": Text("Les adresses de démonstration sont refusées ici.", "Demo addresses are refused here."),
    "email": Text("Écrivez une adresse e-mail comme ines@exemple.fr.", "Enter an e-mail address like ines@exemple.fr."),
    "erase-first-leave": Text(
        "Cette personne est encore membre : notez d’abord son départ.",
        "This person is still a member: record their departure first.",
    ),
    "erase-not-settled": Text(
        "Le compte de cette personne n’est pas soldé : encaissez, remboursez ou passez en perte d’abord.",
        "This person’s account is not at zero: record a payment, a refund or a write-off first.",
    ),
    "erasure-reason": Text(
        "Donnez la raison, en {longest} caractères au plus : la personne la lira.",
        "Give the reason, in {longest} characters at most: the member will read it.",
    ),
    "no-erasure-request": Text(
        "Cette personne ne demande plus l’effacement de sa fiche.",
        "This member no longer asks for their file to be erased.",
    ),
    "erased-already": Text("Cette fiche est déjà effacée.", "This file is already erased."),
    "file-changed": Text(
        "Quelqu’un a changé la fiche entre-temps : relisez-la, puis choisissez ce que vous gardez.",
        "Someone else has changed this file: read it again, then choose what to keep.",
    ),
    "account-changed": Text(
        "Quelqu’un a changé ce compte au même moment : recommencez.",
        "Someone else changed this account at the same moment: start again.",
    ),
    "first-link-over": Text(
        "Ce lien a servi, ou ses 24 heures sont passées : demandez-en un autre sur la machine.",
        "This link has been used, or is more than 24 hours old: create another on the machine.",
    ),
    "officer-there": Text(
        "Il y a déjà un compte au bureau : ce lien ne crée que le premier.",
        "There is already a desk account: this link can only create the first one.",
    ),
    "language": Text("Choisissez une langue de la liste.", "Choose a language from the list."),
    "last-president": Text(
        "Plus personne ne pourrait gérer les comptes : donnez d’abord ce rôle à quelqu’un d’autre.",
        "No one could manage accounts any more: give someone else this role first.",
    ),
    "member-left": Text(
        "Cette personne est partie : notez d’abord son retour.", "This person has left: record their return first."
    ),
    "merge-stays": Text(
        "Ces fiches réunies ont servi depuis : elles ne peuvent plus être séparées.",
        "These merged files have been used since: they can no longer be separated.",
    ),
    "name": Text("Écrivez un nom de 1 à {longest} caractères.", "Enter a name of 1 to {longest} characters."),
    "no-role": Text("Choisissez au moins un rôle.", "Choose at least one role."),
    "no-such-badge": Text("Ce badge n’est à personne.", "This badge is not assigned to anyone."),
    "no-such-grant": Text(
        "Cette personne n’a pas ce tarif réduit : relisez sa fiche.",
        "This person does not have this reduced tariff: check their file.",
    ),
    "no-such-joining": Text(
        "Cette demande d’adhésion a déjà reçu une réponse.", "This request to join has already been answered."
    ),
    "no-such-member": Text("Aucune fiche ne porte ce numéro.", "No file has this number."),
    "member-unclear": Text(
        "De qui s’agit-il ? {likely} : choisissez dans la liste, ou par le numéro.",
        "Who do you mean? {likely}: choose from the list, or use the number.",
    ),
    "member-none": Text(
        "Aucune fiche ne porte ce nom : essayez un autre nom, ou le numéro.",
        "No file has this name: try another name, or the number.",
    ),
    "organisation-none": Text(
        "Aucune structure ne porte ce nom : essayez un autre nom, ou le numéro.",
        "No organisation has this name: try another name, or the number.",
    ),
    "organisation-unclear": Text(
        "Quelle structure ? {likely} : choisissez dans la liste, ou par le numéro.",
        "Which organisation do you mean? {likely}: choose from the list, or use the number.",
    ),
    "no-such-organisation": Text("Choisissez une structure de la liste.", "Choose an organisation from the list."),
    "plan-way": Text("Choisissez comment la formule précédente s’arrête.", "Choose how the previous plan ends."),
    "no-such-plan": Text("Choisissez une formule de la liste.", "Choose a plan from the list."),
    "no-such-user": Text("Ce compte n’existe pas au bureau.", "This desk account does not exist."),
    "not-left": Text(
        "Cette personne n’est pas partie : il n’y a rien à faire.", "This person has not left: there is nothing to do."
    ),
    "not-left-today": Text(
        "Ce départ ne date pas d’aujourd’hui : notez le retour de cette personne.",
        "This person did not leave today: record their return instead.",
    ),
    "order-reference": Text(
        "La référence est trop longue : raccourcissez-la.", "The reference is too long: shorten it."
    ),
    "organisation-changed": Text(
        "Quelqu’un a changé cette structure entre-temps : relisez, puis enregistrez.",
        "Someone else has changed this organisation: read it again, then save.",
    ),
    "organisation-kind": Text(
        "Choisissez la sorte de structure dans la liste.", "Choose the kind of organisation from the list."
    ),
    "made-account": Text(
        "C’est la fiche de quelqu’un qui a créé ou changé votre compte : une autre personne du bureau doit"
        " d’abord confirmer votre compte, page « À deux ».",
        "This is the file of someone who created or changed your account: another officer must first confirm your"
        " account, on the “Two people” page.",
    ),
    "no-such-act": Text(
        "Cette demande n’attend pas l’accord d’une autre personne.",
        "This request is not waiting for another person’s agreement.",
    ),
    "not-your-hand": Text(
        "Ni la personne qui a fait cet acte, ni un compte qu’elle a créé, ne peut le faire : demandez à une autre "
        "personne du bureau.",
        "Neither the person who carried out this action nor an account that they created may do this: ask another "
        "officer.",
    ),
    "wants-passkey": Text(
        "Votre compte a une clé d’accès : c’est elle qui signe votre accord. Recommencez, et suivez "
        "les indications du navigateur.",
        "Your account has a passkey, which signs your agreement. Try again, and follow your browser’s instructions.",
    ),
    "yes-not-signed": Text(
        "La clé d’accès n’a pas signé ce texte : rien n’a été fait. Relisez-le, puis recommencez ; "
        "une clé sans code ni empreinte ne suffit pas.",
        "The passkey did not sign this text, so nothing was done. Read it again, then retry; a key "
        "without a PIN or fingerprint is not enough.",
    ),
    "nothing-to-confirm": Text("Ce compte n’attend aucune confirmation.", "This account needs no confirmation."),
    "no-own-file": Text(
        "Votre compte n’est relié à aucune fiche : il ne permet ni d’encaisser, ni de vendre, ni de corriger. La"
        " présidence peut le relier à votre fiche (« Comptes du bureau »). Vous n’êtes pas membre ? Indiquez-le sur la"
        " page « Mon compte ».",
        "Your account is not linked to a file, so you cannot take payments, sell or "
        "correct anything. Ask the president to link it to your file (“Desk accounts”). If you are "
        "not a member here, say so on the “My account” page.",
    ),
    "has-file": Text(
        "Ce compte est relié à la fiche {member} : il est donc celui d’un membre.",
        "This account is linked to file {member}, so it belongs to a member.",
    ),
    "own-account": Text(
        "C’est votre propre compte ou votre propre fiche : une autre personne du bureau doit le faire.",
        "This is your own account or file: another officer must do this.",
    ),
    "password": Text(
        "Il faut au moins {shortest} caractères : plusieurs mots conviennent bien.",
        "Use at least {shortest} characters: several words work well.",
    ),
    "password-known": Text(
        "Ce mot de passe est trop facile à deviner : choisissez plusieurs mots sans rapport avec vous.",
        "This password is too easy to guess: choose several words unrelated to you.",
    ),
    "password-file": Text(
        "Le fichier du mot de passe ne peut pas être lu : vérifiez son chemin et ses droits.",
        "The password file cannot be read: check its path and permissions.",
    ),
    "payer-past": Text(
        "Choisissez aujourd’hui ou un jour à venir : le passé ne change pas.",
        "Choose today or a future date: past records stay as they are.",
    ),
    "phone": Text("Écrivez de 6 à 18 chiffres, avec ou sans espaces.", "Enter 6 to 18 digits, with or without spaces."),
    "product-kind": Text("Cochez ce que ce compte paie.", "Tick what this account pays for."),
    "reduced-level": Text("Choisissez un niveau de tarif de la liste.", "Choose a tariff level from the list."),
    "reduced-period": Text(
        "La fin du tarif réduit doit venir après son début.", "The reduced tariff must end after it starts."
    ),
    "reduced-reason": Text(
        "Choisissez dans la liste la raison du tarif réduit.", "Choose the reason for the reduced tariff from the list."
    ),
    "same-file": Text(
        "Les deux numéros mènent à la même fiche : donnez le numéro d’une autre fiche.",
        "The two numbers lead to the same file: enter the number of another file.",
    ),
    "same-plan": Text("Cette personne a déjà cette formule.", "This person already has this plan."),
    "service-code": Text(
        "Le code service est trop long : raccourcissez-le.", "The service code is too long: shorten it."
    ),
    "siren": Text(
        "Un SIREN a 9 chiffres, et le dernier vérifie les autres : cherchez une faute de frappe.",
        "A SIREN has 9 digits, and the last digit checks the others: look for a typing error.",
    ),
    "siren-known": Text("Une structure porte déjà ce SIREN.", "Another organisation already has this SIREN."),
    "siret": Text(
        "Un SIRET a 14 chiffres, et le dernier vérifie les autres : cherchez une faute de frappe.",
        "A SIRET has 14 digits, and the last digit checks the others: look for a typing error.",
    ),
    "siret-public": Text(
        "Chorus Pro connaît un organisme public par son SIRET : écrivez-le.",
        "Chorus Pro identifies public bodies by SIRET: enter the SIRET.",
    ),
    "siret-siren": Text(
        "Le SIRET commence par les neuf chiffres du SIREN.", "The SIRET begins with the SIREN’s nine digits."
    ),
    "sun-invalid": Text(
        "Le code ne correspond pas à ces clés : il vient d’une autre puce, d’autres clés, ou d’une adresse modifiée.",
        "The code does not match these keys: it comes from another chip, other keys, or a modified address.",
    ),
    "sun-url": Text(
        "Ce n’est pas une adresse complète de NTAG 424 DNA : recopiez-la en entier.",
        "This is not a complete NTAG 424 DNA address: copy the whole address.",
    ),
    "uid-format": Text(
        "Un numéro de badge n’a que des chiffres et des lettres de A à F.",
        "A badge number has only digits and letters A to F.",
    ),
    "uid-random": Text(
        "C’est le numéro d’un téléphone : il change à chaque fois. Prenez une carte ou un badge.",
        "This is a phone’s number, which changes every time. Use a card or a tag.",
    ),
    "no-proof-key": Text(
        "Cette machine n’a pas cette clé de badges : lancez kiosk badges site-key ; pour la clé d’une autre porte,"
        " ajoutez --take.",
        "This machine does not have this badge key: run kiosk badges site-key; for another door’s key, add --take.",
    ),
    "proof-keys": Text("Il ne reste aucune version de clé disponible.", "No unused key version is left."),
    "badge-product": Text(
        "Seul un NTAG 424 DNA a des clés à écrire : ce badge est d’une autre sorte.",
        "Only an NTAG 424 DNA has keys to write: this badge is of another kind.",
    ),
    "badge-keys-unknown": Text(
        "Ce badge a des clés qui ne sont pas les nôtres : rien n’a changé.",
        "This badge’s keys are not ours: nothing was changed.",
    ),
    "badge-tries-over": Text(
        "Trois clés ont été essayées sur ce badge : un essai de plus pourrait fermer sa puce pour de "
        "bon. Si le badge a seulement été retiré trop tôt chaque fois, lancez kiosk badges write --again.",
        "Three keys were tried on this badge: another try could lock its chip for good. If the badge was "
        "only removed too early each time, run kiosk badges write --again.",
    ),
    "badge-delayed": Text(
        "Ce badge répond plus lentement après des clés fausses : laissez-le une minute sur le lecteur.",
        "This badge slows down after wrong keys: leave it on the reader for a minute.",
    ),
    "badge-refused": Text(
        "Ce badge ne répond pas comme prévu : sa puce est d’une autre sorte, ou abîmée.",
        "This badge does not respond as expected: its chip is of another kind, or damaged.",
    ),
    "no-maker-key": Text(
        "La clé du fabricant n’est pas prêtée à la porte : sur la borne, lancez sudo kiosk badges lend.",
        "The maker’s key is not lent to the door: on the kiosk, run sudo kiosk badges lend.",
    ),
    "maker-key": Text(
        "Ce n’est pas une clé de fabricant : ses quatre derniers caractères ne vont pas avec les autres. "
        "Relisez la feuille.",
        "This is not a maker’s key: its last four characters do not match the others. Read the sheet again.",
    ),
    "maker-key-other": Text(
        "Ce badge a été écrit avec une autre clé de fabricant : prenez celle-là.",
        "This badge was written with another maker’s key: use that key.",
    ),
    "badge-unproven": Text(
        "Ce badge n’a pas pu être vérifié avec cette clé.", "This badge could not be verified with that key."
    ),
    "uid-typed": Text(
        "Ces chiffres ne sont pas un numéro de badge : choisissez le format des numéros de ce lecteur.",
        "These digits are not a badge number: choose the number format of this reader.",
    ),
    "uid-size": Text("Un numéro de badge a 8, 14 ou 20 caractères.", "A badge number has 8, 14 or 20 characters."),
    "user-active": Text(
        "Ce compte est en service : suspendez-le d’abord.", "This account is in use: suspend it first."
    ),
    "user-exists": Text("Cette adresse a déjà un compte.", "This address already has an account."),
    "too-many-codes": Text(
        "Trop de codes demandés en une heure : réessayez plus tard, ou à l’écran de l’entrée.",
        "Too many codes requested in an hour: try again later, or at the entrance screen.",
    ),
    "user-suspended": Text(
        "Ce compte est suspendu : rétablissez-le d’abord.", "This account is suspended: reinstate it first."
    ),
    "vat-number": Text(
        "Le numéro de TVA commence par le code du pays ; en France il finit par le SIREN : FR44732829320.",
        "A VAT number begins with the country code; in France it ends with the SIREN: FR44732829320.",
    ),
}
