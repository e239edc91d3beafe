"""Sentences for errors about invoices, closings, exports, the archive and the ledger's chain.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "archive-broken": Text(
        "Cette archive n’est plus celle qui a été signée, ou ses comptes sont faux : prenez-en un autre exemplaire.",
        "This archive differs from the signed one, or its accounts are wrong: use another copy.",
    ),
    "archive-file": Text(
        "Il n’y a pas de fichier à ce chemin : vérifiez le chemin.", "There is no file at this path: check the path."
    ),
    "books-differ": Text(
        "Une ligne diffère de sa clôture, donc aucun fichier n’a été fait : la personne qui tient la machine peut"
        " lancer kiosk verify, qui dit ce qui a changé.",
        "A line differs from its closing, so no file was made: ask the person who maintains the "
        "machine to run kiosk verify, which says what changed.",
    ),
    "donor": Text(
        "Un reçu fiscal doit porter le nom et l’adresse de la personne qui a donné.",
        "A tax receipt needs the donor’s name and address.",
    ),
    "gift-issuer": Text(
        "Un reçu fiscal porte le nom, l’adresse, le SIREN ou le RNA et l’objet de l’association : écrivez-les dans les"
        " règles.",
        "A tax receipt needs the association’s name, address, SIREN or RNA, and purpose: enter them in the rules.",
    ),
    "gifts-off": Text(
        "La règle « Dons » de l’association ne le permet pas : voyez Règles, « Dons ».",
        "The association’s “Gifts” rule does not allow this: see Rules, “Gifts”.",
    ),
    "no-such-gift": Text(
        "Cette écriture n’est pas un don, ou ce don a été corrigé : choisissez une autre écriture.",
        "This entry is not a gift, or the gift was reversed: choose another entry.",
    ),
    "no-result": Text(
        "Aucun résultat de cet exercice n’attend un vote : clôturez d’abord l’exercice, qui doit finir par un excédent"
        " ou un déficit.",
        "No result to vote on for this fiscal year: close the year first; it must end in a surplus or a deficit.",
    ),
    "opening-columns": Text(
        "Le fichier doit avoir quatre colonnes : compte, libellé, débit et crédit.",
        "The file needs four columns, named account, label, debit and credit.",
    ),
    "opening-day": Text(
        "Ces soldes doivent dater d’un jour passé : d’ordinaire, la veille du premier jour enregistré ici.",
        "These balances must be dated in the past: usually the day before the first day recorded here.",
    ),
    "opening-line": Text(
        "Une ligne de ce fichier est illisible : il faut un numéro de compte des classes 1 à 7, et des "
        "sommes sans signe.",
        "A line of this file cannot be read: use an account number in classes 1 to 7, and amounts without a sign.",
    ),
    "opening-member": Text(
        "Une ligne de ce fichier est illisible : il faut un numéro de membre, un solde comme -15,00, et "
        "une date ou une case vide.",
        "A line of this file cannot be read: use a member number, a balance like -15.00, and a date or an empty cell.",
    ),
    "opening-there": Text(
        "Des soldes sont déjà repris : corrigez d’abord leur écriture.",
        "Balances were already carried over: reverse their entry first.",
    ),
    "opening-unbalanced": Text(
        "Le total des débits n’est pas celui des crédits : une ligne manque, ou est en trop.",
        "Total debits and total credits differ: a line is missing, or there is one too many.",
    ),
    "vote-day": Text(
        "La date du vote doit suivre la fin de l’exercice, sans être dans l’avenir.",
        "The date of the vote must be after the end of the fiscal year, and not in the future.",
    ),
    "vote-parts": Text("Le total des parts doit être égal au résultat.", "The shares must add up to the whole result."),
    "voted-already": Text(
        "Le vote de cet exercice est déjà enregistré : corrigez d’abord son écriture.",
        "The vote on this year’s result is already recorded: reverse its entry first.",
    ),
    "buyer-address": Text(
        "L’adresse de la structure manque : écrivez-la sur sa fiche.",
        "The organisation’s address is missing: enter it in the organisation’s file.",
    ),
    "buyer-siret": Text(
        "Il manque le SIRET de cet organisme public, que Chorus Pro exige : ajoutez-le sur sa page.",
        "This public body has no SIRET, which Chorus Pro requires: add the SIRET on the organisation’s page.",
    ),
    "door-days-lacking": Text(
        "Il manque aux comptes des journées pour lesquelles la porte s’est ouverte : l’entrée les reprend à son"
        " démarrage et chaque nuit.",
        "Days for which the door opened are missing from the ledger: the entrance records them again at startup and"
        " every night.",
    ),
    "chain-broken": Text(
        "Une écriture a été altérée ou ôtée : n’enregistrez plus rien, et lisez « Vérifier » dans le manuel.",
        "An entry was altered or removed: record nothing more, and read “Vérifier” in the manual.",
    ),
    "chain-unchecked": Text(
        "Une partie de la chaîne n’a pas été vérifiée : recommencez avec kiosk verify --processes 1.",
        "Part of the chain was not checked: try again with kiosk verify --processes 1.",
    ),
    "check-failed": Text(
        "Un contrôle n’a pas pu être fait sur ces données : lisez « Vérifier » dans le manuel.",
        "A check could not be carried out on these records: read “Vérifier” in the manual.",
    ),
    "closing-differs": Text(
        "Une clôture ne correspond pas à ses écritures : lisez « Vérifier » dans le manuel.",
        "A closing does not match its entries: read “Vérifier” in the manual.",
    ),
    "seal-differs": Text(
        "Une règle, un prix, un droit, une visite ou une pièce a été changé sans passer par le logiciel : lisez"
        " « Vérifier » dans le manuel.",
        "A rule, price, right, visit or document was changed outside the program: read “Vérifier” in the manual.",
    ),
    "closing-order": Text(
        "Une période plus ancienne ou plus courte n’est pas close : clôturez-la d’abord.",
        "An earlier or shorter period is not closed yet: close it first.",
    ),
    "closing-total": Text(
        "Cette somme n’est pas le total débité ci-dessus : tapez de nouveau ce total.",
        "This amount is not the total charged shown above: type that total again.",
    ),
    "credited-already": Text(
        "Ces lignes sont déjà sur un avoir : choisissez-en d’autres.",
        "These lines are already on a credit note: choose others.",
    ),
    "log-broken": Text(
        "Le journal du bureau a été altéré, ou une ligne y manque : lisez « Vérifier » dans le manuel.",
        "The desk’s log has been altered, or a line is missing: read “Vérifier” in the manual.",
    ),
    "document-altered": Text(
        "Un document diffère de ce qui a été émis, ou manque : lisez « Vérifier » dans le manuel.",
        "A document differs from what was issued, or is missing: read “Vérifier” in the manual.",
    ),
    "facturx-siren": Text(
        "Ces données de facture demandent le SIREN de l’association : écrivez-le dans les règles avant d’émettre la"
        " facture.",
        "This invoice data needs the association’s SIREN: enter it in the rules before issuing the invoice.",
    ),
    "fingerprint": Text(
        "Une empreinte de clé a au moins 16 caractères : chiffres, et lettres de a à f.",
        "A key fingerprint has at least 16 hexadecimal digits.",
    ),
    "head": Text("Écrivez un code de contrôle comme 812:3f9a1c2e.", "Enter a control code like 812:3f9a1c2e."),
    "head-differs": Text(
        "Les comptes n’ont plus ce code de contrôle : n’enregistrez plus rien, et lisez « Vérifier » dans le manuel.",
        "The books no longer have this control code: record nothing more, and read “Vérifier” in the manual.",
    ),
    "invoice-empty": Text("Cochez au moins une ligne.", "Tick at least one line."),
    "invoice-rounding": Text(
        "Avec autant de lignes, l’arrondi de TVA ferait trop de centimes d’écart : faites deux factures.",
        "With this many lines, VAT rounding would be off by too many cents: make two invoices.",
    ),
    "no-address": Text(
        "Il manque l’adresse e-mail de cette structure : écrivez-la sur sa page.",
        "This organisation has no e-mail address: add one on the organisation’s page.",
    ),
    "no-siren": Text(
        "Le FEC porte le SIREN de l’association, qui manque ou est faux : écrivez-le dans les règles.",
        "The FEC is named after the association’s SIREN, which is missing or wrong: enter it in the rules.",
    ),
    "no-such-document": Text(
        "Aucun document ne porte ce numéro : vérifiez-le.", "No document has this number: check the number."
    ),
    "no-such-export": Text(
        "Cet export n’existe pas : choisissez-en un de la liste.",
        "This export does not exist: choose an export from the list.",
    ),
    "no-vat": Text(
        "L’espace ne collecte pas la TVA : il n’a pas besoin d’attestation.",
        "The space does not collect VAT, so it needs no attestation.",
    ),
    "not-a-charge": Text(
        "Une note correspond à un débit : donnez le numéro d’écriture du débit.",
        "A note is issued for a charge: give the entry number of the charge.",
    ),
    "not-a-payment": Text(
        "Un reçu correspond à un paiement : donnez le numéro d’écriture du paiement.",
        "A receipt is issued for a payment: give the entry number of the payment.",
    ),
    "not-an-invoice": Text(
        "Un avoir ne peut pas être corrigé par un avoir : corrigez la facture, ou vendez de nouveau.",
        "A credit note cannot be corrected by a credit note: correct the invoice, or sell again.",
    ),
    "not-confirmed": Text(
        "Confirmation nécessaire : répondez dans un terminal, ou ajoutez --yes.",
        "Confirmation needed: answer at a terminal, or add --yes.",
    ),
    "not-on-invoice": Text(
        "Cette ligne n’est pas sur cette facture : choisissez une ligne de la facture.",
        "This line is not on this invoice: choose a line of the invoice.",
    ),
    "not-over": Text(
        "Cette période n’est pas finie : elle peut être close dès le lendemain de sa fin.",
        "This period is not over: it can be closed from the day after it ends.",
    ),
    "not-to-invoice": Text(
        "Une de ces lignes vient d’être corrigée ou facturée : voici celles qui restent.",
        "One of these lines has just been reversed or invoiced: here are the remaining ones.",
    ),
    "nothing-closed": Text(
        "Aucune journée de cette période n’est close : attendez la clôture d’une journée.",
        "No day in this period is closed yet: wait until a day is closed.",
    ),
    "nothing-due": Text("Il ne reste rien à payer.", "There is nothing left to pay."),
    "nothing-found": Text(
        "Il n’y a rien dans cette période : vérifiez les dates.", "There is nothing in this period: check the dates."
    ),
    "nothing-to-close": Text("Il n’y a aucune période à clore ici.", "There is no period to close here."),
    "output-exists": Text(
        "Ce fichier existe déjà : donnez un autre nom.", "This file already exists: choose another name."
    ),
    "output": Text(
        "Le fichier ne peut pas être écrit : vérifiez le dossier, ses droits, la place libre.",
        "The file cannot be written: check its folder, permissions and free space.",
    ),
    "output-kind": Text(
        "Cette commande n’écrit pas de fichier avec cette extension : choisissez-en une autre.",
        "This command does not write files with this extension: choose another extension.",
    ),
    "output-needed": Text(
        "Un classeur ne s’affiche pas dans un terminal : donnez un fichier ou un dossier avec --output.",
        "A workbook cannot be shown in a terminal: give a file or a folder with --output.",
    ),
    "pdf": Text(
        "Le PDF n’a pas pu être fait : réessayez, puis regardez le journal du programme.",
        "The PDF could not be made: try again, then check the program’s log.",
    ),
    "seller-identity": Text(
        "Il manque le nom, l’adresse ou le numéro (SIREN ou RNA) de l’association : complétez Règles, « Association ».",
        "The association’s name, address or number (SIREN or RNA) is missing: enter it under Rules, “Association”.",
    ),
    "seller-vat-number": Text(
        "L’association collecte la TVA, mais son numéro de TVA manque : écrivez-le dans Règles, « Association ».",
        "The association collects VAT, but its VAT number is missing: enter it under Rules, “Association”.",
    ),
    "sums-differ": Text(
        "Un compte ne correspond pas à ses écritures : lisez « Vérifier » dans le manuel.",
        "An account does not match its entries: read “Vérifier” in the manual.",
    ),
    "text-altered": Text(
        "Le texte libre d’une écriture a changé : lisez « Vérifier » dans le manuel.",
        "The free text of an entry was altered: read “Vérifier” in the manual.",
    ),
    "too-many-rows": Text(
        "C’est trop de lignes pour un classeur : prenez une période plus courte, ou un CSV.",
        "There are too many rows for a workbook: choose a shorter period, or use CSV.",
    ),
    "two-officers": Text("Choisissez au moins deux personnes différentes.", "Choose at least two different people."),
    "year-open": Text(
        "Cet exercice n’est pas clos : clôturez ses mois, puis l’exercice.",
        "This fiscal year is not closed: close its months, then the year.",
    ),
}
