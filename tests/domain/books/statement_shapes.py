"""Files of the shapes that were once read wrongly without a word, and good ones of many banks; all of them invented.

Each says what its account moved, in cents, as the bank booked it: what waits, was refused, or is a balance, is none of
it. `proves` says whether the file itself holds a proof: a balance before, its lines, and the balance after.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A file, and what its account moved by it. `asks` where a person has to say more than that it is right."""

    name: str
    data: bytes
    cents: tuple[int, ...]
    proves: bool = False
    asks: bool = False


def csv(*lines: str, letters: str = "utf-8") -> bytes:
    return ("\n".join(lines) + "\n").encode(letters)


def ofx(*transactions: str, after: str = "", begins: str = "20261101", ends: str = "20261130") -> bytes:
    head = "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>30006<ACCTID>1234567</BANKACCTFROM>"
    rows = "".join(f"<STMTTRN>{each}</STMTTRN>" for each in transactions)
    listed = f"<BANKTRANLIST><DTSTART>{begins}<DTEND>{ends}{rows}</BANKTRANLIST>"
    return f"OFXHEADER:100\n\n{head}{listed}{after}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>".encode()


def camt(*entries: str, opening: str = "", closing: str = "") -> bytes:
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<Stmt><Acct><Id><IBAN>FR76</IBAN></Id></Acct>{opening}{closing}{''.join(entries)}</Stmt>"
        "</BkToCstmrStmt></Document>"
    ).encode()


def entry(amount: str, way: str, status: str = "BOOK", currency: str = "EUR", day: str = "2026-11-25") -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>{status}</Sts><BookgDt><Dt>{day}'
        f"</Dt></BookgDt><AddtlNtryInf>OPERATION {amount}</AddtlNtryInf></Ntry>"
    )


def bal(code: str, amount: str, day: str, *, is_less: bool = False) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>'
        f"{'DBIT' if is_less else 'CRDT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


_IN = "<TRNTYPE>CREDIT<DTPOSTED>20261125<TRNAMT>25.00<FITID>A1<NAME>VIR MOREAU"
_OUT = "<TRNTYPE>DEBIT<DTPOSTED>20261126<TRNAMT>-10.00<FITID>A2<NAME>PRLV EDF"
_LEDGER = "<LEDGERBAL><BALAMT>1015.00<DTASOF>{day}</LEDGERBAL>"
_PLAIN = ("25/11/2026;VIR MOREAU;25,00", "26/11/2026;PRLV EDF;-10,00")
_BOTH = (2500, -1000)


def cfonb_amount(cents: int) -> str:
    digits = f"{abs(cents):014}"
    return digits[:-1] + ("}JKLMNOPQR" if cents < 0 else "{ABCDEFGHI")[int(digits[-1])]


def cfonb_line(
    code: str, day: str, label: str, cents: int, *, currency: str = "EUR", account: str = "12345678901"
) -> str:
    head = f"{code}30006{'':4}00001{currency}2 {account}{'  '}{day}"
    if code in ("01", "07"):
        return f"{head}{'':50}{cfonb_amount(cents)}{'':16}"
    return f"{head}{'  '}{day}{label:31}{'  '}{'0000001'}{'  '}{cfonb_amount(cents)}{'REF':16}"


def cfonb_more(day: str, label: str) -> str:
    return f"{'05'}30006{'':4}00001{'EUR'}2 {'12345678901'}{'  '}{day}{'':5}LCC{label:70}{'  '}"


CFONB = csv(
    cfonb_line("01", "311026", "", 100000),
    cfonb_line("04", "251126", "VIR MOREAU", 2500),
    cfonb_more("251126", "ADHESION 2026"),
    cfonb_line("04", "261126", "PRLV EDF", -1000),
    cfonb_line("07", "301126", "", 101500),
)

ONCE_WRONG = (
    Shape(
        "a status column",
        csv(
            "Date;Libellé;Montant;Statut",
            "25/11/2026;VIR MOREAU;25,00;Exécuté",
            "26/11/2026;PRLV EDF;-10,00;Exécuté",
            "26/11/2026;VIR HADDAD;45,00;En attente",
            "26/11/2026;VIR PETIT;5,00;Refusé",
            "26/11/2026;VIR DURAND;7,00;Annulé",
        ),
        _BOTH,
    ),
    Shape(
        "a status under another name",
        csv(
            "Date;Libellé;Situation;Montant",
            "25/11/2026;VIR MOREAU;Comptabilisée;25,00",
            "26/11/2026;PRLV EDF;Comptabilisée;-10,00",
            "26/11/2026;VIR HADDAD;En attente;45,00",
        ),
        _BOTH,
    ),
    Shape(
        "a status that nobody knows",
        csv("Date;Libellé;Montant;Statut", f"{_PLAIN[0]};Exécuté", f"{_PLAIN[1]};Xyz"),
        (),
        asks=True,
    ),
    Shape(
        "a payment that waits instead of a day",
        csv("Date;Libellé;Montant", *_PLAIN, "En attente;CARTE FNAC;-12,00"),
        _BOTH,
    ),
    Shape(
        "dated balances around the lines",
        csv(
            "Date;Libellé;Montant",
            "31/10/2026;ANCIEN SOLDE;1 000,00",
            *_PLAIN,
            "30/11/2026;NOUVEAU SOLDE;1 015,00",
        ),
        _BOTH,
        proves=True,
    ),
    Shape(
        "dated balances in the credits",
        csv(
            "Date;Libellé;Débit;Crédit",
            "31/10/2026;SOLDE AU 31/10/2026;;1 000,00",
            "25/11/2026;VIR MOREAU;;25,00",
            "26/11/2026;PRLV EDF;10,00;",
            "30/11/2026;SOLDE AU 30/11/2026;;1 015,00",
        ),
        _BOTH,
        proves=True,
    ),
    Shape(
        "a dated total of both columns",
        csv(
            "Date;Libellé;Débit;Crédit",
            "25/11/2026;VIR MOREAU;;25,00",
            "26/11/2026;PRLV EDF;10,00;",
            "30/11/2026;TOTAL DES MOUVEMENTS;10,00;25,00",
        ),
        _BOTH,
        proves=True,
    ),
    Shape("a dated total", csv("Date;Libellé;Montant", *_PLAIN, "30/11/2026;TOTAL;15,00"), _BOTH, proves=True),
    Shape("a report of last month", csv("Date;Libellé;Montant", "01/11/2026;REPORT;1 000,00", *_PLAIN), _BOTH),
    Shape("a report of a month", csv("Date;Libellé;Montant", "01/11/2026;Report octobre;1 000,00", *_PLAIN), _BOTH),
    Shape(
        "a balance of no known words", csv("Date;Libellé;Montant", *_PLAIN, "30/11/2026;SOLDE NET;15,00"), (), asks=True
    ),
    Shape(
        "gross, fee and net of a purse",
        csv(
            "Date;Nom;Montant brut;Frais;Montant net",
            "25/11/2026;MOREAU;25,60;-0,60;25,00",
            "26/11/2026;EDF;-10,00;0,00;-10,00",
        ),
        _BOTH,
    ),
    Shape(
        "gross before a commission, with a balance",
        csv(
            "Date;Nom;État;Devise;Avant commission;Commission;Net;Solde",
            "25/11/2026;MOREAU;Terminé;EUR;25,60;-0,60;25,00;125,00",
            "26/11/2026;EDF;Terminé;EUR;-10,00;0,00;-10,00;115,00",
            "27/11/2026;PETIT;Terminé;EUR;5,50;-0,50;5,00;120,00",
        ),
        (*_BOTH, 500),
    ),
    Shape(
        "two accounts in a column",
        csv("Numéro de compte;Date;Libellé;Montant", f"0001;{_PLAIN[0]}", f"0002;{_PLAIN[1]}"),
        (),
        asks=True,
    ),
    Shape(
        "two accounts one below the other",
        csv(
            "Compte courant n° 12345678901",
            "Date;Libellé;Montant",
            _PLAIN[0],
            "Livret A n° 98765432109",
            "Date;Libellé;Montant",
            _PLAIN[1],
        ),
        (),
        asks=True,
    ),
    Shape(
        "operations to come below",
        csv("Date;Libellé;Montant", *_PLAIN, "Opérations à venir;;", "01/12/2026;PRLV LOYER;-800,00"),
        _BOTH,
    ),
    Shape(
        "operations to come above",
        csv(
            "Opérations à venir",
            "Date;Libellé;Montant",
            "01/12/2026;PRLV LOYER;-800,00",
            "Opérations passées",
            "Date;Libellé;Montant",
            *_PLAIN,
        ),
        _BOTH,
    ),
    Shape(
        "an operation to come by its own words",
        csv("Date;Libellé;Montant", *_PLAIN, "26/11/2026;EN ATTENTE CARTE FNAC;-12,00"),
        (),
        asks=True,
    ),
    Shape(
        "a balance in the middle",
        csv("Date;Libellé;Montant", _PLAIN[0], "25/11/2026;SOLDE INTERMEDIAIRE;1 025,00", _PLAIN[1]),
        _BOTH,
    ),
    Shape("an account in dollars", csv("Devise;USD", "Date;Libellé;Montant", *_PLAIN), (), asks=True),
    Shape("OFX in dollars", ofx(_IN, f"{_OUT}<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY>"), (), asks=True),
    Shape(
        "OFX, a correction of another file's", ofx(_IN, f"{_OUT}<CORRECTFITID>X9<CORRECTACTION>REPLACE"), (), asks=True
    ),
    Shape(
        "OFX, a correction within",
        ofx(_IN.replace("25.00", "52.00"), _OUT, f"{_IN.replace('A1', 'A3')}<CORRECTFITID>A1<CORRECTACTION>REPLACE"),
        (-1000, 2500),
    ),
    Shape(
        "OFX, a line that is deleted",
        ofx(_IN, _OUT, f"{_OUT.replace('A2', 'A4')}<CORRECTFITID>A2<CORRECTACTION>DELETE"),
        (2500,),
    ),
    Shape("OFX, a hold", ofx(_IN, _OUT, _OUT.replace("A2", "A5").replace("DEBIT", "HOLD")), _BOTH),
)

GOOD = (
    Shape("plain", csv("Date;Libellé;Montant", *_PLAIN), _BOTH),
    Shape("OFX, the balance of its end", ofx(_IN, _OUT, after=_LEDGER.format(day="20261130")), _BOTH),
    Shape("OFX, the balance of another day", ofx(_IN, _OUT, after=_LEDGER.format(day="20261212")), _BOTH),
    Shape("OFX, a balance without a day", ofx(_IN, _OUT, after="<LEDGERBAL><BALAMT>1.00</LEDGERBAL>"), _BOTH),
    Shape(
        "OFX, what is available",
        ofx(_IN, _OUT, after="<AVAILBAL><BALAMT>1.00<DTASOF>20261130</AVAILBAL>"),
        _BOTH,
    ),
    Shape(
        "OFX, converted by the bank",
        ofx(_IN, f"{_OUT}<ORIGCURRENCY><CURRATE>1.1<CURSYM>USD</ORIGCURRENCY>"),
        _BOTH,
    ),
    Shape(
        "CAMT that adds up",
        camt(
            entry("25.00", "CRDT"),
            entry("10.00", "DBIT"),
            entry("9.00", "CRDT", "PDNG"),
            opening=bal("OPBD", "1000.00", "2026-11-01"),
            closing=bal("CLBD", "1015.00", "2026-11-30"),
        ),
        _BOTH,
        proves=True,
    ),
    Shape(
        "CAMT, what is available",
        camt(
            entry("25.00", "CRDT"),
            entry("10.00", "DBIT"),
            opening=bal("OPAV", "1.00", "2026-11-01"),
            closing=bal("CLAV", "2.00", "2026-11-30"),
        ),
        _BOTH,
    ),
    Shape("CFONB 120", CFONB, _BOTH, proves=True),
    Shape("CFONB 120 in one line", CFONB.replace(b"\n", b""), _BOTH, proves=True),
    Shape(
        "TotalEnergies, and the rest of an invoice",
        csv(
            "Date;Libellé;Montant",
            "24/11/2026;TOTAL ENERGIES LILLE;-10,00",
            "25/11/2026;SOLDE FACTURE 12;25,00",
            "26/11/2026;VIR MOREAU;25,00",
        ),
        (-1000, 2500, 2500),
    ),
    Shape(
        "Crédit Mutuel, a running balance",
        csv(
            "Date;Date de valeur;Débit;Crédit;Libellé;Solde",
            "25/11/2026;25/11/2026;;25,00;VIR MOREAU;1 025,00",
            "26/11/2026;26/11/2026;-10,00;;PRLV EDF;1 015,00",
            letters="cp1252",
        ),
        _BOTH,
    ),
    Shape(
        "Crédit Agricole, the balance of its last day",
        csv(
            "Téléchargement du 27/11/2026;",
            "Compte courant n° 12345678901;",
            "Solde au 27/11/2026 1 234,56 €",
            "Liste des opérations du compte entre le 01/11/2026 et le 27/11/2026;",
            "",
            "Date;Libellé;Débit euros;Crédit euros;",
            "25/11/2026;VIR MOREAU;;25,00;",
            "26/11/2026;PRLV EDF;10,00;;",
            letters="cp1252",
        ),
        _BOTH,
    ),
    Shape(
        "Crédit Agricole, the balance of a later day",
        csv(
            "Téléchargement du 02/12/2026;",
            "Solde au 02/12/2026 1 234,56 €",
            "Liste des opérations du compte entre le 01/11/2026 et le 27/11/2026;",
            "Date;Libellé;Débit euros;Crédit euros;",
            "25/11/2026;VIR MOREAU;;25,00;",
            "26/11/2026;PRLV EDF;10,00;;",
            letters="cp1252",
        ),
        _BOTH,
    ),
    Shape(
        "balances above the table",
        csv(
            "Compte;FR7630006000011234567890189",
            "Période;du 01/11/2026 au 30/11/2026",
            "Solde initial au 31/10/2026;1 000,00",
            "Solde final au 30/11/2026;1 015,00",
            "Date;Libellé;Montant",
            *_PLAIN,
        ),
        _BOTH,
        proves=True,
    ),
    Shape(
        "Belfius",
        csv(
            "Compte;Date de comptabilisation;Numéro d'extrait;Numéro de transaction;Compte contrepartie;"
            "Nom contrepartie contient;Rue et numéro;Code postal et localité;Transaction;Date valeur;Montant;Devise;"
            "BIC;Code pays;Communications",
            "BE68 5390 0754 7034;25/11/2026;11;101;BE71;Moreau;;;VIREMENT;25/11/2026;25,00;EUR;GKCC;BE;ADHESION",
            "BE68 5390 0754 7034;26/11/2026;11;102;BE72;Engie;;;DOMICILIATION;26/11/2026;-10,00;EUR;GKCC;BE;FACTURE",
        ),
        _BOTH,
    ),
    Shape(
        "BNP Paribas Fortis",
        csv(
            "Nº de séquence;Date d'exécution;Date valeur;Montant;Devise du compte;Numéro de compte;Type de transaction;"
            "Contrepartie;Nom de la contrepartie;Communication;Détails;Statut;Motif du refus",
            "2026-00101;25/11/2026;25/11/2026;25,00;EUR;BE68;Virement;BE71;MOREAU;ADHESION;VIREMENT;Accepté;",
            "2026-00102;26/11/2026;26/11/2026;-10,00;EUR;BE68;Domiciliation;BE72;ENGIE;;DOMICILIATION;Accepté;",
            "2026-00103;26/11/2026;26/11/2026;-99,00;EUR;BE68;Domiciliation;BE72;ENGIE;;DOMICILIATION;Refusé;Provision",
        ),
        _BOTH,
    ),
    Shape(
        "KBC",
        csv(
            "Numéro de compte;Nom de la rubrique;Nom;Devise;Numéro de l'extrait;Date;Description;Valeur;Montant;Solde;"
            "crédit;débit;Compte contrepartie;Communication libre",
            "BE68;;ASBL;EUR;11;25/11/2026;VIREMENT MOREAU;25/11/2026;25,00;1025,00;25,00;;BE71;ADHESION",
            "BE68;;ASBL;EUR;11;26/11/2026;DOMICILIATION ENGIE;26/11/2026;-10,00;1015,00;;-10,00;BE72;",
            "BE68;;ASBL;EUR;11;27/11/2026;VIREMENT PETIT;27/11/2026;5,00;1020,00;5,00;;BE73;",
        ),
        (*_BOTH, 500),
    ),
    Shape(
        "ING",
        csv(
            "Numéro de compte;Nom du compte;Compte partie adverse;Numéro de mouvement;Date comptable;Date valeur;"
            "Montant;Devise;Libellés;Détails du mouvement;Message",
            "BE68;ASBL;BE71;101;25/11/2026;25/11/2026;25,00;EUR;Virement de Moreau;;ADHESION",
            "BE68;ASBL;BE72;102;26/11/2026;26/11/2026;-10,00;EUR;Domiciliation Engie;;",
        ),
        _BOTH,
    ),
    Shape(
        "Triodos, no header",
        csv(
            '"25-11-2026","BE68","25,00","Credit","MOREAU","BE71","ET","ADHESION","1.025,00"',
            '"26-11-2026","BE68","10,00","Debit","ENGIE","BE72","IC","FACTURE","1.015,00"',
            '"27-11-2026","BE68","5,00","Credit","PETIT","BE73","ET","SALLE","1.020,00"',
        ),
        (*_BOTH, 500),
        asks=True,
    ),
    Shape(
        "tabs, days by dots",
        csv("Date\tLibellé\tDébit\tCrédit", "25.11.2026\tVIR MOREAU\t\t25,00", "26.11.2026\tPRLV EDF\t10,00\t"),
        _BOTH,
    ),
    Shape(
        "quoted, commas, points",
        csv(
            '"Date","Description","Amount","Balance"',
            '"2026-11-25","VIR MOREAU","25.00","1025.00"',
            '"2026-11-26","PRLV EDF","-10.00","1015.00"',
        ),
        _BOTH,
    ),
    Shape(
        "a purse of many states",
        csv(
            "Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance",
            "TRANSFER,Current,2026-11-25 10:00:00,2026-11-25 10:00:01,From Moreau,25.00,0.00,EUR,COMPLETED,1025.00",
            "CARD,Current,2026-11-26 10:00:00,2026-11-26 10:00:01,EDF,-10.00,0.00,EUR,COMPLETED,1015.00",
            "CARD,Current,2026-11-27 10:00:00,,FNAC,-12.00,0.00,EUR,PENDING,",
            "CARD,Current,2026-11-27 11:00:00,,FNAC,-13.00,0.00,EUR,REVERTED,",
        ),
        _BOTH,
    ),
)
