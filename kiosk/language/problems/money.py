"""Words for what is wrong with sales, payments, the cash box, corrections and vouchers."""

from collections.abc import Mapping

from kiosk.language.texts import Text

PROBLEMS = {
    "ages": Text(
        "L’âge de ce qui est dû ne peut pas être juste : prévenez la personne qui tient la machine (kiosk verify).",
        "The ages of this tab cannot be: run kiosk verify.",
    ),
    "amount": Text(
        "Écrivez une somme comme 5 ou 5,00, dans la limite indiquée.",
        "Write a sum like 5 or 5.00, within what is said.",
    ),
    "arrived-already": Text("C’est déjà noté.", "This is noted already."),
    "banked-days": Text(
        "De 1 à {most} journées, jusqu’à aujourd’hui ou plus tard.", "1 to {most} days, until today or later."
    ),
    "bic": Text("Le BIC de l’association est faux.", "The association’s BIC is wrong."),
    "box-changed": Text(
        "De l’argent est entré ou sorti pendant le comptage : voici la comparaison refaite.",
        "Money went in or out while you counted: here is the comparison anew.",
    ),
    "box-short": Text(
        "C’est plus que ce que contient la caisse : comptez-la d’abord.",
        "This is more than is in the box: count it first.",
    ),
    "carnet-in-use": Text(
        "Un carnet vendu a des journées utilisées : corrigez d’abord celles-ci.",
        "Days of a carnet that was sold are used: take those back first.",
    ),
    "sum-unusual": Text(
        "C’est plus que ce qui est dû et que le produit le plus cher : vérifiez la somme, puis confirmez-la.",
        "This is more than what is owed and the dearest product: check the sum, then confirm it.",
    ),
    "cash-limit": Text(
        "La loi limite les espèces (CMF, L112-6 et D112-3) : demandez un chèque, une carte ou un virement.",
        "The law limits cash (CMF, L112-6 and D112-3): ask for a cheque, a card or a transfer.",
    ),
    "cheque": Text(
        "Un bordereau demande la banque et le numéro du chèque : écrivez les deux.",
        "A deposit slip asks for the bank and the number of the cheque: write both.",
    ),
    "coins": Text("Écrivez combien il y en a, de 0 à {most}.", "Write how many there are, 0 to {most}."),
    "coins-differ": Text(
        "Les billets et pièces ne font pas cette somme.", "The notes and coins do not add up to this sum."
    ),
    "correction": Text(
        "Une correction est celle d’une journée oubliée ou d’une écriture : dites laquelle.",
        "A correction is of a forgotten day or of an entry: say which.",
    ),
    "day": Text("Choisissez un jour.", "Choose a day."),
    "day-counted": Text("Cette journée est déjà comptée.", "This day is counted already."),
    "decided-already": Text("La décision est déjà prise.", "It was decided already."),
    "no-such-look": Text("Cette correction n’attend pas.", "No such correction waits."),
    "still-waits": Text(
        "{days} jours ne sont pas passés : une autre personne peut encore accepter ou refuser.",
        "{days} days have not passed: another person may still accept or refuse.",
    ),
    "wish-changed": Text(
        "Ce n’est plus ce qui était affiché : relisez, puis décidez.",
        "This is not what was shown any more: read it again, then decide.",
    ),
    "second-officer": Text(
        "Cette somme demande deux personnes : corrigez l’écriture elle-même, la page « À deux » la fera attendre.",
        "This sum takes two persons: take the entry itself back, and the page “By two” lets it wait.",
    ),
    "declaration-old": Text(
        "Un dépôt déclaré ne se retire que le jour même : le comptage décide.",
        "Declared cash is withdrawn on its own day only: the count decides.",
    ),
    "declaration-settled": Text(
        "Ce dépôt déclaré a déjà été traité : regardez la liste.", "This declaration is settled: see the list."
    ),
    "declared-too-much": Text(
        "C’est plus que l’ardoise et une avance raisonnable.", "This is more than the tab and some in advance."
    ),
    "due-failing": Text(
        "Un acte de ce que le temps amène a échoué ; tous les autres sont faits.",
        "One act of what time brings failed; all others are done.",
    ),
    "due": Text(
        "Une formule n’a pas pu être débitée ; toutes les autres le sont.",
        "One plan could not be charged; all others are.",
    ),
    "iban": Text(
        "L’IBAN de l’association manque, ou est faux : il s’écrit dans les règles.",
        "The association’s IBAN is missing or wrong: it is written in the rules.",
    ),
    "method": Text("Choisissez un moyen de paiement.", "Choose a means of payment."),
    "no-such-account": Text("Choisissez un compte de la liste.", "Choose an account of the list."),
    "no-such-banked-day": Text("Ces journées données n’existent pas.", "There are no such days given."),
    "no-such-correction": Text("Aucune correction ne porte ce numéro.", "No correction has this number."),
    "no-such-declaration": Text(
        "Cette écriture ne déclare pas d’espèces : regardez la liste.", "This entry declares no cash: see the list."
    ),
    "no-such-entry": Text(
        "Cette écriture n’existe pas, ou n’est pas celle de cette personne.",
        "There is no such entry, or it is not this person’s.",
    ),
    "no-such-envelope": Text("Aucune enveloppe ne porte ce numéro.", "No envelope has this number."),
    "no-such-product": Text("Choisissez un produit de la liste.", "Choose a product of the list."),
    "no-such-remittance": Text("Cette remise a été annulée.", "This remittance was taken back."),
    "no-such-subscription": Text("Cette formule n’est plus en cours.", "This plan runs no more."),
    "no-such-voucher": Text("Aucun bon ne porte ce numéro.", "No voucher has this number."),
    "no-tariff": Text("Ce produit n’a pas de tarif ce jour-là.", "This product has no tariff on that day."),
    "not-for-sale": Text(
        "Une journée se compte par le badge ; une enveloppe se vend à une structure.",
        "A day is counted by the badge; an envelope is sold to an organisation.",
    ),
    "not-on-a-slip": Text(
        "Ce chèque n’est pas en banque : corrigez son écriture.",
        "This cheque is not with the bank: take its entry back.",
    ),
    "not-paused": Text("Cette formule n’est pas en pause.", "This plan is not paused."),
    "not-reopened": Text(
        "Une écriture déjà corrigée ne se rétablit pas : vendez ou encaissez de nouveau.",
        "A reversed entry is not given back: sell or collect again.",
    ),
    "not-reversible": Text(
        "Cette écriture ne se corrige pas : vendez ou encaissez de nouveau.",
        "This entry cannot be taken back: sell or take the payment again.",
    ),
    "not-waiting": Text(
        "Un de ces paiements n’attend plus : il est déjà remis, ou corrigé. Voici la liste à jour.",
        "One of these payments waits no more: it is remitted or taken back. Here is the list as it is.",
    ),
    "on-a-slip": Text(
        "Ce paiement est en banque, sur une remise : reprenez d’abord celle-ci, ou notez le chèque impayé.",
        "This payment is with the bank: take its remittance back first, or note that the cheque bounced.",
    ),
    "paused": Text("Cette formule est en pause : reprenez-la d’abord.", "This plan is paused: resume it first."),
    "paused-already": Text("Une autre pause couvre déjà ces jours.", "Another pause covers these days already."),
    "payee": Text(
        "Le nom de l’association manque : il s’écrit dans les règles.",
        "The association’s name is missing: it is written in the rules.",
    ),
    "payment-word": Text(
        "Un paiement est pour des lignes que ce compte doit : cochez parmi elles.",
        "A payment is for lines that this account owes: tick among these.",
    ),
    "price-floor": Text("C’est moins que le minimum.", "This is less than the least."),
    "reason": Text("Dites pourquoi, en quelques mots.", "Say why, in some words."),
    "reference": Text(
        "Ce numéro de compte est trop grand pour une référence.", "This account’s number is too large for a reference."
    ),
    "remittance-empty": Text(
        "Cochez ce qui part en banque, ou écrivez une somme.", "Tick what goes to the bank, or write a sum."
    ),
    "remittance-settled": Text(
        "Cette remise a un chèque impayé, ou est notée arrivée en banque : elle reste.",
        "A cheque of this remittance bounced, or it is noted at the bank: it stays.",
    ),
    "second-hand": Text(
        "Cette somme demande deux personnes : quelqu’un d’autre défait ce que vous avez écrit.",
        "This sum takes two persons: somebody else undoes what you wrote.",
    ),
    "reversed-already": Text("Cette écriture est déjà corrigée.", "This entry is taken back already."),
    "share": Text(
        "Cette part d’un prix ne peut pas être juste : prévenez la personne qui tient la machine (kiosk verify).",
        "This share of a price cannot be: run kiosk verify.",
    ),
    "subscription-over": Text(
        "Cette formule est finie : vendez-en une nouvelle.", "This plan is over: sell a new one."
    ),
    "text": Text("Ce texte est trop long.", "This text is too long."),
    "too-long-ago": Text(
        "Une journée oubliée est une des {most} dernières, et la personne était membre.",
        "A forgotten day is one of the last {most}, and the person was a member.",
    ),
    "voucher-code": Text(
        "Ce code n’est pas connu, ou il a déjà servi, ou il n’est plus valable.",
        "This code is not known, or was used, or is over.",
    ),
    "voucher-days": Text("De 1 à toutes les journées de l’enveloppe.", "From 1 to all the days of the envelope."),
    "voucher-given": Text(
        "Cette personne a déjà un bon ces jours-là.", "This person has a voucher for these days already."
    ),
    "voucher-period": Text("Le bon finit aujourd’hui ou plus tard.", "The voucher ends today or later."),
}

# With the sums that the error came with.
VALUED: Mapping[str, Text] = {
    "box-short": Text(
        "La caisse contient {content_cents}. Comptez d’abord : {declared_cents} sont déclarés.",
        "The box has {content_cents}. Count first: {declared_cents} are declared.",
    ),
    "sum-unusual": Text(
        "Dû {owed_cents}, produit le plus cher {dearest_cents} : {sum_cents}, est-ce bien la somme ? Confirmez-la.",
        "Owed {owed_cents}, dearest product {dearest_cents}: is {sum_cents} the sum? Confirm it.",
    ),
}
