"""Sentences for errors about files that people bring: bank statements and lists of members.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "bank-accounts": Text(
        "Ce fichier contient plusieurs comptes : téléchargez-en un à la fois.",
        "This file contains several accounts: download one account at a time from the bank.",
    ),
    "bank-aside-words": Text(
        "Aucun mot ne permet de reconnaître des lignes semblables : laissez seulement cette ligne de côté.",
        "This line has no words that identify similar lines: set only this line aside.",
    ),
    "bank-balance": Text(
        "Le solde du fichier n’est pas celui de ses lignes : une colonne est mal lue, ou une ligne manque.",
        "The file’s balance does not match its lines: a column is misread, or a line is missing.",
    ),
    "bank-carried": Text(
        "Cette ligne peut être un solde, un total ou une opération : exportez une période où elle est au milieu.",
        "This line may be a balance, a total or a transaction. Export a period that has this line in the middle.",
    ),
    "bank-changed": Text(
        "Une nouvelle proposition a remplacé celle-ci : vérifiez la nouvelle.",
        "A newer suggestion has replaced this one: check the new one.",
    ),
    "bank-columns": Text(
        "Choisissez une colonne pour le jour, et une pour la somme (ou débit et crédit), chacune une seule fois.",
        "Choose one date column and one amount column (or debit and credit), each only once.",
    ),
    "bank-corrected": Text(
        "Une autre ligne du même fichier corrige celle-ci.",
        "Another line of the same file corrects this line.",
    ),
    "bank-correction": Text(
        "La banque corrige une ligne d’un autre fichier : revoyez cette ligne-là.",
        "The bank corrects a line in another file: check that line again.",
    ),
    "bank-currency": Text(
        "Ce compte n’est pas en euros : seul un relevé en euros peut être importé.",
        "This account is not in euros: only statements in euros can be imported.",
    ),
    "bank-day": Text("Une date est illisible : corrigez-la.", "A date cannot be read: correct it."),
    "bank-direction": Text(
        "La ligne ne dit pas clairement si l’argent est entré ou sorti.",
        "The line does not say clearly whether the money came in or went out.",
    ),
    "bank-empty": Text("Ce fichier ne contient aucune opération.", "This file contains no transactions."),
    "bank-entities": Text(
        "Fichier refusé : il contient des entités XML, ce qu’un relevé ne contient jamais.",
        "File refused: it contains XML entities, which a statement never does.",
    ),
    "bank-entry": Text(
        "Aucune écriture en vigueur n’a ce numéro et cette somme.",
        "No entry has this number and amount, or the entry has been reversed.",
    ),
    "bank-entry-taken": Text(
        "Une autre ligne du relevé est déjà rattachée à cette écriture.",
        "Another statement line is already matched to this entry.",
    ),
    "bank-fee": Text(
        "C’est un frais ou un versement d’une plateforme : voyez le relevé de la banque.",
        "This is a platform’s fee or payout: see the bank statement.",
    ),
    "bank-file": Text(
        "Ce n’est pas un relevé. Sur le site de la banque, téléchargez-le en OFX, CSV ou CAMT.053.",
        "This is not a statement. On the bank’s site, download it as OFX, CSV or CAMT.053.",
    ),
    "bank-line": Text(
        "Une ligne a des valeurs impossibles : corrigez-les.", "A line has impossible values: correct them."
    ),
    "bank-online": Text(
        "Ce paiement a été fait en ligne : il s’enregistre tout seul. Voyez « Paiements en ligne ».",
        "This payment was made online and is recorded automatically. See “Online payments”.",
    ),
    "bank-line-done": Text("Cette ligne a déjà été traitée.", "This line has already been dealt with."),
    "bank-lost": Text(
        "Des lignes qui portent une somme sont refusées : cochez la case pour confirmer que vous l’avez vu.",
        "Some refused lines have an amount: tick the box to confirm that you have seen this.",
    ),
    "bank-many": Text(
        "Ce fichier a plus de {most} lignes : prenez une période plus courte.",
        "This file has more than {most} lines: choose a shorter period.",
    ),
    "bank-movement": Text(
        "La ligne ne dit pas clairement s’il s’agit d’un paiement.",
        "The line does not say clearly whether this is a payment.",
    ),
    "bank-mt940": Text(
        "Le format MT940 n’est pas lu ici. Demandez à la banque CAMT.053 ou CFONB 120.",
        "MT940 is not supported. Ask the bank for CAMT.053 or CFONB 120.",
    ),
    "bank-no-operation": Text(
        "Cette ligne n’est pas une opération.",
        "This line is not a transaction.",
    ),
    "bank-no-sum": Text(
        "Une somme est dans une colonne qui n’est pas lue.",
        "A column that is not imported contains an amount.",
    ),
    "bank-not-sure": Text(
        "Une correspondance n’est plus sûre : décidez-en au bureau.",
        "A match is no longer certain: decide on the match at the desk.",
    ),
    "bank-payouts": Text(
        "Ce fichier liste des versements : ils sont sur le relevé de la banque. Exportez les paiements.",
        "This file lists payouts, which are already on the bank statement. Export the payments instead.",
    ),
    "bank-pdf": Text(
        "Un PDF est l’image d’un relevé. Demandez à la banque CAMT.053, CFONB 120, OFX ou CSV.",
        "A PDF is a picture of a statement. Ask the bank for CAMT.053, CFONB 120, OFX or CSV.",
    ),
    "bank-qif": Text(
        "Un fichier QIF ne dit ni compte ni solde. Demandez à la banque OFX, CSV ou CAMT.053.",
        "A QIF file gives neither account nor balance. Ask the bank for OFX, CSV or CAMT.053.",
    ),
    "bank-row": Text("Une ligne est illisible : corrigez-la.", "A line cannot be read: correct it."),
    "bank-split": Text(
        "Le total des parts doit être égal à la somme de la ligne.",
        "The split amounts must add up to the line’s amount.",
    ),
    "bank-status": Text(
        "Ce paiement n’a pas abouti.",
        "This payment did not go through.",
    ),
    "bank-sum": Text("Une somme est illisible : corrigez-la.", "An amount cannot be read: correct it."),
    "bank-unconfirmed": Text(
        "Les colonnes de ce fichier ne sont pas encore confirmées : confirmez-les.",
        "This file’s columns have not been confirmed yet: confirm them.",
    ),
    "bank-unproved": Text(
        "Aucun solde ne permet de vérifier ces sommes : comparez-les avec le relevé, puis cochez la case.",
        "No balance is given to check these amounts: compare them with the statement, then tick the box.",
    ),
    "bank-zero": Text(
        "La somme est de 0 : aucun argent n’a bougé.",
        "The amount is 0: no money moved.",
    ),
    "import-changed": Text(
        "Quelque chose a changé depuis l’aperçu : vérifiez-le de nouveau.",
        "Something has changed since the preview: check the preview again.",
    ),
    "import-columns": Text(
        "Ce fichier a plus de {most} colonnes : supprimez-en quelques-unes.",
        "This file has more than {most} columns: remove some.",
    ),
    "import-empty": Text(
        "Ce fichier est vide : il faut un en-tête, puis au moins une ligne.",
        "This file is empty: a header is needed, then at least one line.",
    ),
    "import-file": Text(
        "Ce fichier ne peut pas être lu : vérifiez son chemin et ses droits.",
        "This file cannot be read: check its path and permissions.",
    ),
    "import-letters": Text(
        "Ce fichier n’est pas un texte. Dans un tableur, choisissez Enregistrer sous, CSV ; à la banque,"
        " téléchargez OFX, CSV ou CAMT.053.",
        "This is not a text file. In a spreadsheet, choose Save as, CSV; from a bank, download OFX, CSV or CAMT.053.",
    ),
    "import-line": Text(
        "Une ligne de ce fichier est trop longue : vérifiez que c’est bien un fichier CSV.",
        "A line of this file is too long: check that this is a CSV file.",
    ),
    "import-lines": Text(
        "Ce fichier a plus de {most} lignes : divisez-le.", "This file has more than {most} lines: split it."
    ),
    "import-quotes": Text(
        "Un guillemet n’est pas fermé, ou est mal placé.", "A quotation mark is missing or misplaced."
    ),
    "import-refused": Text(
        "Des lignes sont refusées, rien n’est changé : corrigez-les ou ôtez-les.",
        "Some lines are refused, so nothing has changed: correct or remove those lines.",
    ),
    "import-sheets": Text(
        "Plusieurs feuilles de ce classeur sont remplies : gardez-en une.",
        "Several sheets of this workbook have content: keep one.",
    ),
    "import-size": Text(
        "Ce fichier dépasse {kilobytes} Ko : divisez-le en deux.", "This file is over {kilobytes} KB: split it in two."
    ),
    "import-twice": Text(
        "Deux colonnes ont le même sens : gardez-en une.", "Two columns have the same meaning: keep one."
    ),
    "import-who": Text(
        "Aucune colonne ne dit qui sont les personnes : il faut un numéro, un nom ou un e-mail.",
        "No column identifies the people: add a column with a number, a name or an e-mail address.",
    ),
    "import-workbook": Text(
        "Ce classeur est illisible : enregistrez-le en CSV dans le tableur.",
        "This workbook cannot be read: save it as CSV in the spreadsheet.",
    ),
    "import-workbook-large": Text(
        "Ce classeur est trop gros, ou trop long à lire : divisez-le, ou enregistrez-le en CSV.",
        "This workbook is too large, or takes too long to read: split it, or save it as CSV.",
    ),
    "no-such-bank-line": Text("Aucune ligne du relevé ne porte ce numéro.", "No statement line has this number."),
}
