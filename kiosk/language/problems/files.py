"""Words for what is wrong with files that people bring: a bank's statements, lists of members."""

from kiosk.language.texts import Text

PROBLEMS = {
    "bank-accounts": Text(
        "Ce fichier contient plusieurs comptes : téléchargez-en un à la fois.",
        "This file holds several accounts: download one at a time.",
    ),
    "bank-aside-words": Text(
        "Cette ligne n’a pas de mots auxquels en reconnaître une autre : laissez-la seule de côté.",
        "This line has no words by which another would be known: leave it alone aside.",
    ),
    "bank-balance": Text(
        "Le solde du fichier n’est pas celui de ses lignes : une colonne est mal lue, ou une ligne manque.",
        "The file’s balance is not what its lines make: a column is misread, or a line is missing.",
    ),
    "bank-carried": Text(
        "Un solde, un total, ou une opération ? Exportez une période où cette ligne est au milieu.",
        "A balance, a total, or an operation? Export a period in which this line is in the middle.",
    ),
    "bank-changed": Text("Une autre proposition est venue entre-temps.", "There is another proposal meanwhile."),
    "bank-columns": Text(
        "Il faut une colonne pour le jour, et une pour la somme (ou débit et crédit), chacune une seule fois.",
        "One column has the day, one the sum (or debit and credit), each of them once.",
    ),
    "bank-corrected": Text(
        "Une autre ligne du même fichier corrige celle-ci.",
        "Another line of the same file corrects this one.",
    ),
    "bank-correction": Text(
        "La banque corrige une ligne d’un autre fichier : revoyez cette ligne-là.",
        "The bank corrects a line of another file: look at that line again.",
    ),
    "bank-currency": Text("Ce compte n’est pas en euros.", "This account is not in euros."),
    "bank-day": Text("Un jour ne se lit pas.", "A day cannot be read."),
    "bank-direction": Text(
        "Est-ce entré ou sorti ? La ligne ne le dit pas clairement.",
        "Did it come in or go out? The line does not say it clearly.",
    ),
    "bank-empty": Text("Aucune opération dans ce fichier.", "No operation in this file."),
    "bank-entities": Text(
        "Ce fichier contient ce qu’un relevé ne contient jamais : il est refusé.",
        "This file holds what no statement ever does (entities): it is refused.",
    ),
    "bank-entry": Text(
        "Aucune écriture en vigueur de ce numéro ne fait cette somme.",
        "No standing entry of this number is of this sum.",
    ),
    "bank-entry-taken": Text(
        "Une autre ligne du relevé est déjà cette écriture.", "Another line stands for this entry already."
    ),
    "bank-fee": Text(
        "Frais ou versement d’une plateforme : c’est sur le relevé de la banque.",
        "A platform’s fee or payout: it is in the bank’s statement.",
    ),
    "bank-file": Text(
        "Ce n’est pas un relevé. Sur le site de la banque, téléchargez-le en OFX, CSV ou CAMT.053.",
        "This is no statement. On the bank’s site, download it as OFX, CSV or CAMT.053.",
    ),
    "bank-line": Text("Une ligne est impossible.", "A line cannot be."),
    "bank-line-done": Text("Cette ligne est déjà décidée.", "This line is decided already."),
    "bank-lost": Text(
        "Des lignes qui portent une somme sont refusées : cochez que vous l’avez vu.",
        "Lines that have a sum are refused: tick that you saw it.",
    ),
    "bank-many": Text(
        "Ce fichier a plus de {most} lignes : prenez une période plus courte.",
        "This file has more than {most} lines: take a shorter period.",
    ),
    "bank-movement": Text(
        "On ne sait pas si c’est un paiement.",
        "Nobody knows whether this is a payment.",
    ),
    "bank-mt940": Text(
        "MT940 ne se lit pas ici. Demandez à la banque CAMT.053 ou CFONB 120.",
        "MT940 is not read here. Ask the bank for CAMT.053 or CFONB 120.",
    ),
    "bank-no-operation": Text(
        "Cette ligne n’est pas une opération.",
        "This line is no operation.",
    ),
    "bank-no-sum": Text(
        "Une somme est dans une colonne qui n’est pas lue.",
        "A sum stands in a column that is not read.",
    ),
    "bank-not-sure": Text(
        "Une ligne n’est plus sûre : décidez-en au bureau.", "A line is not sure any more: decide it at the desk."
    ),
    "bank-payouts": Text(
        "Ce fichier liste des versements : ils sont sur le relevé de la banque. Exportez les paiements.",
        "This file lists payouts: they are in the bank’s statement. Export the payments.",
    ),
    "bank-pdf": Text(
        "Un PDF est l’image d’un relevé. Demandez à la banque CAMT.053, CFONB 120, OFX ou CSV.",
        "A PDF is a picture of a statement. Ask the bank for CAMT.053, CFONB 120, OFX or CSV.",
    ),
    "bank-qif": Text(
        "QIF ne dit ni compte ni solde. Demandez à la banque OFX, CSV ou CAMT.053.",
        "QIF says neither account nor balance. Ask the bank for OFX, CSV or CAMT.053.",
    ),
    "bank-row": Text("Une ligne ne se lit pas.", "A line cannot be read."),
    "bank-split": Text("Les parts doivent faire la somme de la ligne.", "The parts have to add up to the line’s sum."),
    "bank-status": Text(
        "Ce paiement n’est pas passé.",
        "This payment did not go through.",
    ),
    "bank-sum": Text("Une somme ne se lit pas.", "A sum cannot be read."),
    "bank-unconfirmed": Text(
        "Personne n’a encore confirmé les colonnes de ce fichier.",
        "Nobody has confirmed this file’s columns yet.",
    ),
    "bank-unproved": Text(
        "Rien ne prouve ces sommes : comparez-les avec le relevé, puis cochez que c’est fait.",
        "Nothing proves these sums: compare them with the statement, then tick that you did.",
    ),
    "bank-zero": Text(
        "Une somme de 0 : rien n’a bougé.",
        "A sum of 0: nothing moved.",
    ),
    "import-changed": Text(
        "Quelque chose a bougé depuis l’aperçu : regardez de nouveau.", "Something moved since the preview: look again."
    ),
    "import-columns": Text("Ce fichier a plus de {most} colonnes.", "This file has more than {most} columns."),
    "import-empty": Text(
        "Ce fichier est vide : il faut un en-tête, puis une ligne pour chacun.",
        "This file is empty: it wants a header, then a line for each.",
    ),
    "import-file": Text(
        "Ce fichier ne peut pas être lu : vérifiez son chemin et ses droits.",
        "This file cannot be read: look at its path and permissions.",
    ),
    "import-letters": Text(
        "Ce fichier n’est pas un texte. D’un tableur : Enregistrer sous, CSV. D’une banque : OFX, CSV ou CAMT.053.",
        "This file is no text. From a spreadsheet: Save as, CSV. From a bank: OFX, CSV or CAMT.053.",
    ),
    "import-line": Text(
        "Une ligne de ce fichier est trop longue : est-ce bien un CSV ?",
        "A line of this file is too long: is it a CSV?",
    ),
    "import-lines": Text(
        "Ce fichier a plus de {most} lignes : partagez-le.", "This file has more than {most} lines: split it."
    ),
    "import-quotes": Text(
        "Un guillemet n’est pas fermé, ou mal placé.", "A quotation mark is not closed, or misplaced."
    ),
    "import-refused": Text(
        "Des lignes sont refusées, rien n’est changé : corrigez ou ôtez celles-ci.",
        "Lines are refused, nothing is changed: put these right or take them out.",
    ),
    "import-sheets": Text(
        "Plusieurs feuilles de ce classeur sont remplies : gardez-en une.",
        "Several sheets of this workbook hold something: keep one of them.",
    ),
    "import-size": Text(
        "Ce fichier dépasse {kilobytes} Ko : partagez-le en deux.", "This file has over {kilobytes} KB: split it."
    ),
    "import-twice": Text(
        "Deux colonnes ont le même sens : gardez-en une.", "Two columns mean the same: keep one of them."
    ),
    "import-who": Text(
        "Aucune colonne ne dit qui sont les personnes : il faut un numéro, un nom ou un e-mail.",
        "No column says who the people are: a number, a name or an e-mail is needed.",
    ),
    "import-workbook": Text(
        "Ce classeur ne se lit pas. Dans le tableur : Enregistrer sous, CSV.",
        "This workbook cannot be read. In the spreadsheet: Save as, CSV.",
    ),
    "import-workbook-large": Text(
        "Ce classeur est trop gros, ou trop long à lire : partagez-le, ou enregistrez-le en CSV.",
        "This workbook is too large, or takes too long to read: split it, or save it as CSV.",
    ),
    "no-such-bank-line": Text(
        "Aucune ligne du relevé ne porte ce numéro.", "No line of the statement has this number."
    ),
}
