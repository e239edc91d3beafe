"""Files in the shapes of ten French banks and three payment platforms, all of them invented; and files with a trap.

A case is right where the guess alone, without anybody's help, reads what the file says; asked where the program says
that a person has to look, by a doubt or by a line that it does not take; wrong where it says neither and reads anything
else. Wrong is what must never be.
"""

from dataclasses import dataclass

RIGHT, ASKED = "right", "asked"


@dataclass(frozen=True, slots=True)
class Case:
    """A file, what the account moved by it, in cents, and what is expected of the program."""

    name: str
    data: bytes
    cents: tuple[int, ...]
    expected: str = RIGHT


_FOUR = (10000, 4500, -123456, 7000)

_BOURSO = """\
dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;accountNum;accountLabel;accountbalance
2026-11-26;2026-11-26;"VIR SEPA HELLOASSO";"Virements reçus";"Mouvements";"helloasso";70,00;;00040001;BoursoBank;954.44
2026-11-25;2026-11-25;"PRLV SEPA ELECTRICITE & GAZ";"Énergie";"Logement";"edf";-1 234,56;;00040001;BoursoBank;954.44
2026-11-25;2026-11-25;"REMISE DE CHEQUES N 12";"Chèques";"Mouvements";;45,00;;00040001;BoursoBank;954.44
2026-11-25;2026-11-25;"VIR SEPA MME INES MOREAU";"Virements reçus";"Mouvements";;100,00;;00040001;BoursoBank;954.44
"""

_CAISSE_D_EPARGNE = """\
Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;Type operation;\
Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation
26/11/2026;HELLOASSO;VIR SEPA HELLOASSO;A12;COLLECTE;Virement recu;;;;+70,00;26/11/2026;26/11/2026;0
25/11/2026;GAZ;PRLV SEPA ELECTRICITE;A13;;Prelevement;;;-1234,56;;25/11/2026;25/11/2026;0
25/11/2026;REMISE;REMISE DE CHEQUES N 12;A14;;Remise;;;;+45,00;25/11/2026;26/11/2026;0
25/11/2026;INES MOREAU;VIR SEPA INES MOREAU;A15;COTISATION;Virement recu;;;;+100,00;24/11/2026;25/11/2026;0
"""

_LCL = """\
25/11/2026;100,00;Virement;;VIR SEPA MME INES MOREAU COTISATION;0;Divers
25/11/2026;45,00;Remise;12;REMISE DE CHEQUES N 12;0;Divers
25/11/2026;-1234,56;Prélèvement;;PRLV SEPA ELECTRICITE & GAZ;0;Divers
26/11/2026;70,00;Virement;;VIR SEPA HELLOASSO COLLECTE;0;Divers
27/11/2026;1234,56;;;01234 123456A;
"""

_FORTUNEO = """\
Date opération;Date valeur;libellé;Débit;Crédit;
26/11/2026;26/11/2026;VIR SEPA HELLOASSO;;70,00;
25/11/2026;25/11/2026;PRLV ELECTRICITE & GAZ;-1234,56;;
25/11/2026;25/11/2026;REMISE DE CHEQUES;;45,00;
25/11/2026;25/11/2026;VIR INES MOREAU;;100,00;
"""

_QONTO = """\
Statut;Date de la valeur (UTC);Date de l'opération (UTC);Montant total (TTC);Débit;Crédit;Solde;Devise;\
Nom du compte;Nom de la contrepartie;Méthode de paiement;Référence;Identifiant de transaction
Exécuté;25-11-2026 09:00:00;25-11-2026 09:00:00;100,00;;100,00;1100,00;EUR;Principal;Inès Moreau;Virement;COTISATION;q-1
Exécuté;25-11-2026 10:00:00;25-11-2026 10:00:00;45,00;;45,00;1145,00;EUR;Principal;Remise 12;Chèque;;q-2
Exécuté;25-11-2026 11:00:00;25-11-2026 11:00:00;-1234,56;1234,56;;-89,56;EUR;Principal;Gaz;Prélèvement;;q-3
Exécuté;26-11-2026 08:00:00;26-11-2026 08:00:00;70,00;;70,00;-19,56;EUR;Principal;HelloAsso;Virement;;q-4
"""

_N26 = """\
"Booking Date","Value Date","Partner Name","Partner Iban","Type","Payment Reference","Account Name","Amount (EUR)",\
"Original Amount","Original Currency","Exchange Rate"
"2026-11-25","2026-11-25","INES MOREAU","FR76","Credit Transfer","COTISATION","Principal","100.00","","",""
"2026-11-25","2026-11-25","REMISE 12","","Credit Transfer","","Principal","45.00","","",""
"2026-11-25","2026-11-25","GAZ","FR76","Direct Debit","","Principal","-1234.56","","",""
"2026-11-26","2026-11-26","HELLOASSO","FR76","Credit Transfer","COLLECTE","Principal","70.00","","",""
"""

_CIC = """\
Date;Date de valeur;Montant;Libellé;Solde
25/11/2026;25/11/2026;100,00;VIR SEPA MME INES MOREAU;1 100,00
25/11/2026;26/11/2026;45,00;REMISE DE CHEQUES N 12;1 145,00
25/11/2026;25/11/2026;-1 234,56;PRLV SEPA ÉLECTRICITÉ & GAZ;-89,56
26/11/2026;26/11/2026;70,00;VIR SEPA HELLOASSO;-19,56
"""

STRIPE = """\
automatic_payout_id,automatic_payout_effective_at_utc,balance_transaction_id,created_utc,available_on_utc,currency,\
gross,fee,net,reporting_category,description,customer_name
po_1,2026-11-26 00:00:00,txn_1,2026-11-20 10:02:11,2026-11-24 00:00:00,eur,25.00,0.63,24.37,charge,Adhésion,Inès Moreau
po_1,2026-11-26 00:00:00,txn_2,2026-11-21 15:40:02,2026-11-25 00:00:00,eur,45.00,0.93,44.07,charge,Carnet,Karim Haddad
po_1,2026-11-26 00:00:00,txn_3,2026-11-22 09:12:45,2026-11-25 00:00:00,eur,-5.00,0.00,-5.00,refund,Journée,Zoé Petit
po_1,2026-11-26 00:00:00,txn_4,2026-11-23 00:00:00,2026-11-25 00:00:00,eur,-1.00,0.00,-1.00,fee,Radar,
po_1,2026-11-26 00:00:00,txn_5,2026-11-26 00:00:00,2026-11-26 00:00:00,eur,-62.44,0.00,-62.44,payout,STRIPE PAYOUT,
"""

_STRIPE_PAYOUTS = """\
id,Amount,Arrival Date (UTC),Balance Transaction,Created (UTC),Currency,Description,Destination,Status,Type
po_1,62.44,2026-11-26 00:00,txn_5,2026-11-25 00:00,eur,STRIPE PAYOUT,ba_1,paid,bank_account
"""

_SUMUP = """\
Date;Numéro de transaction;Type de transaction;Statut;Type de carte;Description;Montant total;Frais;Versement
20/11/2026 10:02;TAAA1;Vente;Réussie;VISA;Journée;5,00;0,09;21/11/2026
20/11/2026 11:15;TAAA2;Vente;Échouée;VISA;Journée;5,00;0,00;
21/11/2026 09:40;TAAA3;Vente;Réussie;MASTERCARD;Carnet;45,00;0,79;22/11/2026
22/11/2026 18:00;TAAA4;Remboursement;Réussie;VISA;Journée;-5,00;0,00;23/11/2026
"""

_SUMUP_PAYOUTS = """\
Identifiant du versement;Date;Montant du versement;Frais
P1;21/11/2026;4,91;0,09
"""

_HELLOASSO = """\
Référence commande;Référence du paiement;Montant total;Date du paiement;Statut du paiement;Versé;Date du versement;\
Nom payeur;Prénom payeur;Email payeur;Raison sociale;Campagne;Montant du tarif
501;9001;25,00 €;20/11/2026 14:03;Validé;Oui;10/12/2026;Moreau;Inès;ines@exemple.fr;;Adhésion 2026;20,00
501;9001;25,00 €;20/11/2026 14:03;Validé;Oui;10/12/2026;Moreau;Inès;ines@exemple.fr;;Adhésion 2026;5,00
502;9002;45,00 €;21/11/2026 09:10;Validé;Oui;10/12/2026;Haddad;Karim;karim@exemple.fr;;Adhésion 2026;45,00
503;9003;45,00 €;21/11/2026 09:12;Refusé;Non;;Haddad;Karim;karim@exemple.fr;;Adhésion 2026;45,00
"""


def _csv(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


SHAPES = (
    Case("BoursoBank", _BOURSO.encode(), _FOUR[::-1]),
    Case("Caisse d’Épargne", _CAISSE_D_EPARGNE.encode("cp1252"), _FOUR[::-1]),
    Case(
        "Caisse d’Épargne, entreprises",
        _csv(
            "Date comptable;Libelle simplifie;Reference;Informations complementaires;Type operation;Debit;Credit;"
            "Date operation;Date de valeur;Pointage",
            "25/11/2026;INES MOREAU;A1;COTISATION;Virement;;100,00;24/11/2026;25/11/2026;Non",
            "25/11/2026;GAZ;A2;;Prelevement;-12,00;;25/11/2026;25/11/2026;Non",
        ),
        (10000, -1200),
    ),
    Case("LCL, sans en-tête", _LCL.encode("cp1252"), (), ASKED),  # the balance on the last line looks like a payment
    Case("Fortuneo", _FORTUNEO.encode("cp1252"), _FOUR[::-1]),
    Case("Qonto", _QONTO.encode(), _FOUR),
    Case("N26", _N26.encode(), _FOUR),
    Case("CIC", _CIC.encode("iso8859-15"), _FOUR),
    Case("CIC, d’un Mac", _CIC.encode("mac_roman"), _FOUR),
    Case("CIC, de DOS", _CIC.encode("cp850"), _FOUR),
    Case("Stripe", STRIPE.encode(), (2500, 4500, -500)),
    Case("Stripe, versements", _STRIPE_PAYOUTS.encode(), (), ASKED),
    Case("SumUp", _SUMUP.encode("utf-8-sig"), (500, 4500, -500)),
    Case("SumUp, versements", _SUMUP_PAYOUTS.encode(), (), ASKED),
    Case("HelloAsso", _HELLOASSO.encode(), (2500, 4500)),
)

TRAPS = (
    Case(
        "a running balance beside what went out and came in",
        _csv("Date;Libellé;Sorties;Entrées;Solde", "25/11/2026;A;;25,00;1 025,00", "26/11/2026;B;10,00;;1 015,00"),
        (2500, -1000),
    ),
    Case(
        "names nobody knows, and a balance that proves them",
        _csv("Date;Quoi;Parti;Venu;Reste", "25/11/2026;A;;25,00;125,00", "26/11/2026;B;10,00;;115,00")
        + b"27/11/2026;C;;1,00;116,00\n",
        (2500, -1000, 100),
    ),
    Case(
        "the same with no header",
        _csv("25/11/2026;Virement;25,00;125,00", "26/11/2026;Gaz;-10,00;115,00", "27/11/2026;Virement;1,00;116,00"),
        (2500, -1000, 100),
    ),
    Case(
        "two columns without names",
        _csv("Date;Quoi;Parti;Venu", "25/11/2026;A;;25,00", "26/11/2026;B;10,00;"),
        (2500, -1000),
        ASKED,
    ),
    Case(
        "a direction",
        _csv("Date;Libellé;Montant;Sens", "25/11/2026;A;800,00;Débit", "26/11/2026;B;5,00;Crédit"),
        (-80000, 500),
    ),
    Case(
        "a direction by letters",
        _csv("Date;Libellé;Montant;D/C", "25/11/2026;A;800,00;D", "26/11/2026;B;5,00;C"),
        (-80000, 500),
    ),
    Case(
        "a direction by signs",
        _csv("Date;Libellé;Montant;Quoi", "25/11/2026;A;800,00;-", "26/11/2026;B;5,00;+"),
        (-80000, 500),
    ),
    Case(
        "a direction under another name",
        _csv("Date;Libellé;Montant;Nature du flux", "25/11/2026;A;8,00;débit", "26/11/2026;B;5,00;crédit"),
        (-800, 500),
    ),
    Case(
        "Débit/Crédit as a direction",
        _csv("Date;Libellé;Montant;Débit/Crédit", "25/11/2026;A;8,00;Débit", "26/11/2026;B;5,00;Crédit"),
        (-800, 500),
    ),
    Case(
        "an unknown direction",
        _csv("Date;Libellé;Montant;Sens", "25/11/2026;A;8,00;X", "26/11/2026;B;5,00;C"),
        (-800, 500),
        ASKED,
    ),
    Case(
        "a credit with a minus",
        _csv("Date;Libellé;Montant;Sens", "25/11/2026;A;-8,00;C", "26/11/2026;B;5,00;D"),
        (),
        ASKED,
    ),
    Case(
        "a minus in the credits",
        _csv("Date;Libellé;Débit;Crédit", "25/11/2026;A;;-8,00", "26/11/2026;B;5,00;"),
        (),
        ASKED,
    ),
    Case(
        "a debit taken back",
        _csv("Date;Libellé;Débit;Crédit", "1/11/2026;A;-8,00;", "2/11/2026;B;-5,00;", "3/11/2026;B;5,00;"),
        (),
        ASKED,
    ),
    Case("parentheses", _csv("Date;Libellé;Montant", "25/11/2026;A;(800,00)", "26/11/2026;B;5,00"), (-80000, 500)),
    Case("a sign after", _csv("Date;Libellé;Montant", "25/11/2026;A;800,00-", "26/11/2026;B;5,00"), (-80000, 500)),
    Case("no sign anywhere", _csv("Date;Libellé;Montant", "25/11/2026;A;800,00", "26/11/2026;B;5,00"), (), ASKED),
    Case(
        "a sign that only the balance tells",
        _csv("Date;Libellé;Montant;Solde", "25/11/2026;A;5,00;105,00", "26/11/2026;B;8,00;97,00"),
        (),
        ASKED,
    ),
    Case(
        "a day that is none",
        _csv("Date;Libellé;Montant", "28/02/2025;A;-5,00", "31/02/2025;B;25,00", "01/03/2025;C;5,00"),
        (),
        ASKED,
    ),
    Case("the last day is none", _csv("Date;Libellé;Montant", "28/02/2025;A;-5,00", "31/02/2025;B;25,00"), (), ASKED),
    Case(
        "a balance that does not add up",
        _csv("Date;Libellé;Montant;Solde", "25/11/2026;A;-5,00;95,00", "26/11/2026;B;5,00;110,00"),
        (),
        ASKED,
    ),
    Case(
        "a line that is missing",
        _csv("Date;Libellé;Montant;Solde", "25/11/2026;A;-5,00;95,00", "27/11/2026;B;5,00;90,00"),
        (),
        ASKED,
    ),
    Case(
        "a balance once a day, going down",
        _csv(
            "Date;Libellé;Montant;Solde", "26/11/2026;B;5,00;106,00", "25/11/2026;A;-5,00;101,00", "25/11/2026;C;6,00;"
        ),
        (500, -500, 600),
    ),
    Case(
        "the month first",
        _csv("Date,Description,Amount", "01/02/2026,A,-5.00", "02/02/2026,B,5.00", "03/02/2026,C,6.00"),
        (),
        ASKED,
    ),
    Case(
        "dollars among euros",
        _csv("Date;Libellé;Montant;Devise", "25/11/2026;A;-5,00;EUR", "26/11/2026;B;5,00;USD"),
        (),
        ASKED,
    ),
    Case(
        "thousands or thousandths", _csv("Date;Libellé;Montant", "25/11/2026;A;-5,00", "26/11/2026;B;1.234"), (), ASKED
    ),
    Case(
        "fees beside",
        _csv("Date;Libellé;Frais;Montant", "25/11/2026;A;0,30;-5,00", "26/11/2026;B;0,20;5,00"),
        (-500, 500),
    ),
    Case(
        "half of a pair", _csv("Date;Libellé;Crédit;Paiements", "25/11/2026;A;5,00;", "26/11/2026;B;;8,00"), (), ASKED
    ),
    Case(
        "a total below",
        _csv("Date;Libellé;Montant", "25/11/2026;A;-5,00", "26/11/2026;B;8,00", ";Total;3,00"),
        (-500, 800),
    ),
    Case(
        "a total under another name",
        _csv("Date;Libellé;Montant", "25/11/2026;A;-5,00", "26/11/2026;B;8,00", ";Somme;3,00"),
        (),
        ASKED,
    ),
    Case(
        "what was carried forward",
        _csv(
            "Date;Libellé;Montant;Solde",
            "01/11/2026;Ancien solde;;100,00",
            "25/11/2026;A;-5,00;95,00",
            "26/11/2026;B;8,00;103,00",
        ),
        (-500, 800),
    ),
)
