"""Sentences for errors about sales, payments, the cash box, corrections and vouchers.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from collections.abc import Mapping

from kiosk.language.texts import Text

PROBLEMS = {
    "ages": Text(
        "L’âge calculé pour cette dette ne peut pas être juste : prévenez la personne qui tient la machine"
        " (kiosk verify).",
        "The age calculated for this debt cannot be right: tell the person who maintains the machine (kiosk verify).",
    ),
    "amount": Text(
        "Écrivez une somme comme 5 ou 5,00, dans la limite indiquée.",
        "Enter an amount such as 5 or 5.00, within the stated limit.",
    ),
    "arrived-already": Text(
        "L’arrivée de cet argent en banque est déjà notée.", "This money is already recorded as arrived at the bank."
    ),
    "banked-days": Text(
        "Donnez de 1 à {most} journées, valables jusqu’à aujourd’hui ou plus tard.",
        "Give 1 to {most} days, valid until today or later.",
    ),
    "bic": Text(
        "Le BIC de l’association est faux : corrigez-le dans les règles.",
        "The association’s BIC is wrong: correct it in the rules.",
    ),
    "box-changed": Text(
        "De l’argent est entré ou sorti pendant le comptage : voici la comparaison refaite.",
        "Money went in or out while you counted: here is the updated comparison.",
    ),
    "box-short": Text(
        "La somme dépasse ce que contient la caisse : comptez d’abord la caisse.",
        "The amount is more than the cash box holds: count the cash box first.",
    ),
    "carnet-in-use": Text(
        "Des journées de ce carnet sont déjà utilisées : annulez-les d’abord.",
        "Some days of this carnet have been used: reverse those days first.",
    ),
    "sum-unusual": Text(
        "La somme dépasse ce qui est dû, même avec le produit le plus cher en plus : vérifiez-la, puis confirmez-la.",
        "This is more than the amount owed plus the most expensive product: check the amount, then confirm it.",
    ),
    "cash-limit": Text(
        "La loi limite les espèces (CMF, L112-6 et D112-3) : demandez un chèque, une carte ou un virement.",
        "The law limits cash (CMF, L112-6 and D112-3): ask for a cheque, a card or a transfer.",
    ),
    "cheque": Text(
        "Le bordereau doit porter la banque et le numéro du chèque : écrivez les deux.",
        "The deposit slip must show the bank and the number of the cheque: enter both.",
    ),
    "coins": Text(
        "Écrivez un nombre de pièces ou de billets, de 0 à {most}.",
        "Enter a number of coins or notes, from 0 to {most}.",
    ),
    "coins-differ": Text(
        "Les billets et pièces ne font pas cette somme : recomptez-les.",
        "The notes and coins do not add up to this amount: count them again.",
    ),
    "correction": Text(
        "Une correction porte sur une journée oubliée ou sur une écriture : indiquez soit la journée, soit l’écriture.",
        "A correction is for a forgotten day or for an entry: give either the day or the entry.",
    ),
    "day": Text("Choisissez un jour.", "Choose a day."),
    "day-counted": Text("Cette journée est déjà comptée.", "This day is already counted."),
    "decided-already": Text("La décision est déjà prise.", "The decision has already been made."),
    "no-such-look": Text(
        "Cette correction n’attend pas de décision.", "This correction is not waiting for a decision."
    ),
    "still-waits": Text(
        "Moins de {days} jours ont passé depuis la demande : une autre personne peut encore l’accepter ou la refuser.",
        "Fewer than {days} days have passed since the request: another person may still accept or refuse it.",
    ),
    "wish-changed": Text(
        "Cette demande a changé depuis son affichage : relisez-la, puis décidez.",
        "This request has changed since it was shown: read it again, then decide.",
    ),
    "second-officer": Text(
        "Cette somme exige l’accord de deux personnes : corrigez l’écriture elle-même ; la correction attendra "
        "sur la page « À deux ».",
        "This amount needs the agreement of two people: reverse the entry itself. The reversal then waits on the "
        "“Two people” page.",
    ),
    "declaration-old": Text(
        "Un dépôt déclaré ne se retire que le jour même : ensuite, le comptage décide.",
        "Declared cash can only be withdrawn on the same day: after that, the count decides.",
    ),
    "declaration-settled": Text(
        "Ce dépôt déclaré a déjà été traité : regardez la liste.",
        "This declared cash has already been dealt with: see the list.",
    ),
    "declared-too-much": Text(
        "La somme dépasse l’ardoise et une avance raisonnable : vérifiez-la.",
        "The amount is more than the tab plus a reasonable credit: check the amount.",
    ),
    "due-failing": Text(
        "Une tâche programmée a échoué ; toutes les autres sont faites.",
        "One scheduled task failed; all the others are done.",
    ),
    "due": Text(
        "Une formule n’a pas pu être débitée ; toutes les autres formules ont été débitées.",
        "One plan could not be charged; all the other plans were charged.",
    ),
    "iban": Text(
        "L’IBAN de l’association manque, ou est faux : écrivez-le dans les règles.",
        "The association’s IBAN is missing or wrong: enter it in the rules.",
    ),
    "method": Text("Choisissez un moyen de paiement.", "Choose a means of payment."),
    "no-such-account": Text("Choisissez un compte de la liste.", "Choose an account from the list."),
    "no-such-banked-day": Text("Ces journées d’accueil n’existent pas.", "These days earned by hosting do not exist."),
    "no-such-correction": Text("Aucune correction ne porte ce numéro.", "No correction has this number."),
    "no-such-declaration": Text(
        "Cette écriture ne déclare pas d’espèces : regardez la liste.",
        "This entry does not declare cash: see the list.",
    ),
    "no-such-entry": Text(
        "Cette écriture n’existe pas, ou n’est pas celle de cette personne.",
        "This entry does not exist, or belongs to someone else.",
    ),
    "no-such-envelope": Text("Aucune enveloppe ne porte ce numéro.", "No voucher pool has this number."),
    "product-none": Text(
        "Aucun produit de la liste ne porte ce nom : choisissez-en un.",
        "No product on the list has this name: choose one.",
    ),
    "product-unclear": Text(
        "Quel produit ? {likely} : choisissez dans la liste.",
        "Which product do you mean? {likely}: choose from the list.",
    ),
    "no-such-product": Text("Choisissez un produit de la liste.", "Choose a product from the list."),
    "no-such-remittance": Text(
        "Cette remise n’existe pas, ou elle a été annulée.", "This bank deposit does not exist, or was cancelled."
    ),
    "no-such-subscription": Text("Cette formule n’est plus en cours.", "This plan has ended."),
    "no-such-voucher": Text("Aucun bon ne porte ce numéro.", "No voucher has this number."),
    "no-such-online-payment": Text("Aucun paiement en ligne ne porte ce numéro.", "No online payment has this number."),
    "online-decided": Text(
        "Ce paiement en ligne n’attend plus de décision : regardez la liste.",
        "This online payment is no longer waiting for a decision: see the list.",
    ),
    "online-step": Text(
        "L’état de ce paiement en ligne a changé : regardez la liste.",
        "The state of this online payment has changed: see the list.",
    ),
    "online-sum": Text(
        "Choisissez une somme entre {least_cents} et {most_cents}.",
        "Choose an amount between {least_cents} and {most_cents}.",
    ),
    "online-too-many": Text(
        "{most} paiements sont déjà commencés aujourd’hui : réessayez demain, ou payez autrement.",
        "{most} payments were already started today: try again tomorrow, or pay another way.",
    ),
    "no-tariff": Text("Ce produit n’a pas de tarif ce jour-là.", "This product has no tariff on that day."),
    "not-for-sale": Text(
        "Ce produit ne se vend pas ici : une journée se compte par le badge, une enveloppe se vend à une structure.",
        "This product cannot be sold here: days are charged by badge, and voucher pools are sold to organisations.",
    ),
    "not-on-a-slip": Text(
        "Ce chèque n’est pas en banque : corrigez son écriture.",
        "This cheque is not at the bank: reverse its entry.",
    ),
    "not-paused": Text("Cette formule n’est pas en pause.", "This plan is not paused."),
    "not-reopened": Text(
        "Une écriture déjà corrigée ne se rétablit pas : vendez ou encaissez de nouveau.",
        "A reversed entry cannot be restored: record the sale or payment again.",
    ),
    "not-reversible": Text(
        "Les écritures de cette sorte ne se corrigent pas : vendez ou encaissez de nouveau.",
        "Entries of this kind cannot be reversed: record the sale or payment again.",
    ),
    "not-waiting": Text(
        "Un de ces paiements n’attend plus : il est déjà sur une remise, ou corrigé. Voici la liste à jour.",
        "One of these payments is no longer waiting: it was deposited or reversed. Here is the current list.",
    ),
    "on-a-slip": Text(
        "Ce paiement est en banque, sur une remise : annulez d’abord la remise, ou notez le chèque impayé.",
        "This payment is at the bank: cancel its bank deposit first, or record a bounced cheque.",
    ),
    "paused": Text("Cette formule est en pause : reprenez-la d’abord.", "This plan is paused: resume it first."),
    "paused-already": Text("Une autre pause couvre déjà ces jours.", "Another pause already covers these days."),
    "payee": Text(
        "Le nom de l’association manque : écrivez-le dans les règles.",
        "The association’s name is missing: enter it in the rules.",
    ),
    "payment-word": Text(
        "Un paiement ne peut régler que ce que ce compte doit : cochez les lignes qu’il règle.",
        "A payment can only settle what this account owes: tick the lines that this payment settles.",
    ),
    "price-floor": Text(
        "La somme est inférieure au minimum : augmentez-la.", "The amount is below the minimum: enter a larger one."
    ),
    "reason": Text("Donnez la raison, en quelques mots.", "Give the reason, in a few words."),
    "reference": Text(
        "Ce numéro de compte est trop grand pour une référence de virement.",
        "This account’s number is too large for a transfer reference.",
    ),
    "remittance-empty": Text(
        "Cochez ce qui part en banque, ou écrivez une somme.", "Tick what goes to the bank, or enter an amount."
    ),
    "remittance-settled": Text(
        "Cette remise a un chèque impayé, ou est notée arrivée en banque : elle ne peut pas être annulée.",
        "This bank deposit has a bounced cheque, or is recorded as arrived at the bank: it cannot be cancelled.",
    ),
    "second-hand": Text(
        "Cette somme exige l’accord de deux personnes : une autre personne du bureau doit corriger votre écriture.",
        "This amount needs the agreement of two people: another officer must reverse your entry.",
    ),
    "reversed-already": Text("Cette écriture est déjà corrigée.", "This entry is already reversed."),
    "share": Text(
        "Cette part d’un prix ne peut pas être juste : prévenez la personne qui tient la machine (kiosk verify).",
        "This share of a price cannot be right: tell the person who maintains the machine (kiosk verify).",
    ),
    "subscription-over": Text(
        "Cette formule est finie : vendez-en une nouvelle.", "This plan has ended: sell a new one."
    ),
    "text": Text("Ce texte est trop long : raccourcissez-le.", "This text is too long: shorten it."),
    "too-long-ago": Text(
        "Une journée oubliée doit être l’un des {most} derniers jours, alors que la personne était membre.",
        "A forgotten day must be within the last {most} days, while the person was a member.",
    ),
    "voucher-code": Text(
        "Ce code est inconnu, déjà utilisé ou expiré.",
        "This code is unknown, already used or expired.",
    ),
    "voucher-days": Text(
        "Donnez au moins une journée, et au plus toutes celles de l’enveloppe.",
        "Give at least one day, and at most all the days of the voucher pool.",
    ),
    "voucher-given": Text(
        "Cette personne a déjà un bon ces jours-là.", "This person already has a voucher for these days."
    ),
    "voucher-period": Text("Le bon doit finir aujourd’hui ou plus tard.", "The voucher must end today or later."),
}

# For an error that comes with all the values named here: used in place of the code's sentence in `PROBLEMS`.
VALUED: Mapping[str, Text] = {
    "box-short": Text(
        "La caisse contient {content_cents}. Comptez d’abord : {declared_cents} sont déclarés.",
        "The cash box holds {content_cents}. Count it first: {declared_cents} has been declared.",
    ),
    "sum-unusual": Text(
        "Ce compte doit {owed_cents} ; le produit le plus cher coûte {dearest_cents}. La somme est-elle bien"
        " {sum_cents} ? Confirmez-la.",
        "This account owes {owed_cents}; the most expensive product costs {dearest_cents}. Is {sum_cents} the"
        " right amount? Please confirm.",
    ),
}
