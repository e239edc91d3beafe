"""Statements as banks and HelloAsso write them, invented: the same account, the same four lines, each bank's manners.

25 November 2026: a transfer with a reference, cheques, an electricity bill; 26 November: a payout of HelloAsso.
"""

from kiosk.domain.books.statements.bank_lines import BankLine
from kiosk.domain.books.statements.statement_facts import Row, StatementFacts

SAME = [("2026-11-25", 10000), ("2026-11-25", 4500), ("2026-11-25", -123456), ("2026-11-26", 7000)]

OFX_1 = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261127<LANGUAGE>FRA</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>00<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>30006<BRANCHID>00001<ACCTID>12345678901<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261101<DTEND>20261127
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261125<TRNAMT>+100.00<FITID>AB12<NAME>VIR SEPA MME INES MOREAU
<MEMO>LOYER KQ2 2J5 7TH</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261125120000[1:CET]<TRNAMT>45.00<FITID>AB13<NAME>REMISE DE CHEQUES N 12</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261125<TRNAMT>-1234,56<FITID>AB14<NAME>PRLV SEPA ÉLECTRICITÉ &amp; GAZ</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261126<TRNAMT>70.00<FITID>AB15<NAME>VIR SEPA HELLOASSO
<MEMO>VIR SEPA HELLOASSO COLLECTE NOVEMBRE</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1.00<DTASOF>20261127</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

OFX_2 = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF><BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20261125</DTPOSTED><TRNAMT>100.00</TRNAMT><FITID>AB12</FITID>
<NAME>VIR SEPA MME INES MOREAU</NAME><MEMO>LOYER KQ2 2J5 7TH</MEMO></STMTTRN>
<STMTTRN><DTPOSTED>20261125</DTPOSTED><TRNAMT>45</TRNAMT><FITID>AB13</FITID>
<NAME>REMISE DE CHEQUES N 12</NAME></STMTTRN>
<STMTTRN><DTPOSTED>20261125</DTPOSTED><TRNAMT>-1234.56</TRNAMT><FITID>AB14</FITID>
<NAME><![CDATA[PRLV SEPA ÉLECTRICITÉ & GAZ]]></NAME></STMTTRN>
<STMTTRN><DTPOSTED>20261126</DTPOSTED><TRNAMT>70.00</TRNAMT><FITID>AB15</FITID><NAME>VIR SEPA HELLOASSO</NAME></STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

CREDIT_MUTUEL = """Date;Date de valeur;Débit;Crédit;Libellé;Solde
25/11/2026;25/11/2026;;100,00;VIR SEPA MME INES MOREAU LOYER KQ2 2J5 7TH;1 100,00
25/11/2026;26/11/2026;;45,00;REMISE DE CHEQUES N 12;1 145,00
25/11/2026;25/11/2026;-1 234,56;;PRLV SEPA ÉLECTRICITÉ & GAZ;-89,56
26/11/2026;26/11/2026;;70,00;VIR SEPA HELLOASSO COLLECTE NOVEMBRE;-19,56
"""

CREDIT_AGRICOLE = """Téléchargement du 27/11/2026;

ASSOCIATION DE DEMONSTRATION
Compte courant n° 12345678901;
Solde au 27/11/2026 1 234,56 €
Liste des opérations du compte entre le 01/11/2026 et le 27/11/2026;

Date;Libellé;Débit euros;Crédit euros;
25/11/2026;"VIREMENT EN VOTRE FAVEUR
MME INES MOREAU
LOYER KQ2 2J5 7TH";;100,00;
25/11/2026;"REMISE DE CHEQUES
N 12";;45,00;
25/11/2026;"PRELEVEMENT
ÉLECTRICITÉ & GAZ";1\u00a0234,56;;
26/11/2026;"VIREMENT EN VOTRE FAVEUR HELLOASSO";;70,00;
"""

BNP = """Compte de chèques;Compte de chèques;****8901;27/11/2026;;1 234,56
25/11/2026;Virement reçu;VIR SEPA MME INES MOREAU LOYER KQ2 2J5 7TH;100,00
25/11/2026;Remise de chèques;REMISE DE CHEQUES N 12;45,00
25/11/2026;Prélèvement;PRLV SEPA ÉLECTRICITÉ & GAZ;-1 234,56
26/11/2026;Virement reçu;VIR SEPA HELLOASSO COLLECTE NOVEMBRE;70,00
"""

SOCIETE_GENERALE = """="0000012345";01/11/2026;27/11/2026;4;27/11/2026;1234,56 EUR

Date de l'opération;Libellé;Détail de l'écriture;Montant de l'opération;Devise
25/11/2026;VIR RECU;VIR RECU DE: MME INES MOREAU MOTIF: LOYER KQ2 2J5 7TH;100,00;EUR
25/11/2026;REMISE CHEQUES;REMISE DE CHEQUES N 12;45,00;EUR
25/11/2026;PRELEVEMENT EUROP;PRLV SEPA ÉLECTRICITÉ & GAZ;-1234,56;EUR
26/11/2026;VIR RECU;VIR RECU DE: HELLOASSO;70,00;EUR
"""

BANQUE_POSTALE = """Numéro Compte   ;0123456A051
Type         ;CCP
Compte tenu en  ;euros
Date            ;27/11/2026
Solde (EUROS)   ;1234,56
Solde (FRANCS)   ;8098,18

Date;Libellé;Montant(EUROS);Montant(FRANCS)
25/11/2026;"VIREMENT DE MME INES MOREAU LOYER KQ2 2J5 7TH";100,00;655,96
25/11/2026;"REMISE DE CHEQUES N 12";45,00;295,18
25/11/2026;"PRELEVEMENT DE ÉLECTRICITÉ & GAZ";-1234,56;-8098,18
26/11/2026;"VIREMENT DE HELLOASSO";70,00;459,17
"""

CREDIT_COOPERATIF = """\
Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;Type operation;\
Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation
25/11/2026;INES MOREAU;VIR SEPA INES MOREAU;000123;LOYER KQ2 2J5 7TH;Virement recu;;;;+100,00;24/11/2026;25/11/2026;0
25/11/2026;REMISE;REMISE DE CHEQUES N 12;000124;;Remise;;;;+45,00;25/11/2026;26/11/2026;0
25/11/2026;GAZ;PRLV SEPA ELECTRICITE & GAZ;000125;;Prelevement;;;-1234,56;;25/11/2026;25/11/2026;0
26/11/2026;HELLOASSO;VIR SEPA HELLOASSO;000126;COLLECTE NOVEMBRE;Virement recu;;;;+70,00;26/11/2026;26/11/2026;0
"""

ISO_DAYS = """operation_date,label,amount
2026-11-25,VIR SEPA MME INES MOREAU LOYER KQ2 2J5 7TH,100.00
2026-11-25,REMISE DE CHEQUES N 12,45.00
2026-11-25,PRLV SEPA ELECTRICITE & GAZ,\u22121234.56
2026-11-26,VIR SEPA HELLOASSO COLLECTE NOVEMBRE,70.00
"""

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>
<Stmt><Id>1</Id><Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></Acct>
<Bal><Amt Ccy="EUR">1234.56</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{booked}<BookgDt><Dt>2026-11-25</Dt></BookgDt>
<AcctSvcrRef>C1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
<RltdPties><Dbtr>{name}</Dbtr></RltdPties>
<RmtInf><Ustrd>LOYER KQ2 2J5</Ustrd><Ustrd> 7TH</Ustrd></RmtInf></TxDtls></NtryDtls>
<AddtlNtryInf>VIR SEPA MME INES MOREAU</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="EUR">45.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{booked}<BookgDt><Dt>2026-11-25</Dt></BookgDt>
<AddtlNtryInf>REMISE DE CHEQUES N 12</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="EUR">1234.56</Amt><CdtDbtInd>DBIT</CdtDbtInd>{booked}<BookgDt><DtTm>2026-11-25T10:00:00</DtTm></BookgDt>
<AddtlNtryInf>PRLV SEPA ÉLECTRICITÉ &amp; GAZ</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="EUR">70.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{booked}<ValDt><Dt>2026-11-26</Dt></ValDt>
<NtryDtls><TxDtls><RltdPties><Dbtr>{other}</Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{pending}<BookgDt><Dt>2026-11-26</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""
CAMT_2 = CAMT.format(
    version="02",
    booked="<Sts>BOOK</Sts>",
    pending="<Sts>PDNG</Sts>",
    name="<Nm>Inès Moreau</Nm>",
    other="<Nm>HelloAsso</Nm>",
)
CAMT_8 = CAMT.format(
    version="08",
    booked="<Sts><Cd>BOOK</Cd></Sts>",
    pending="<Sts><Cd>PDNG</Cd></Sts>",
    name="<Pty><Nm>Inès Moreau</Nm></Pty>",
    other="<Pty><Nm>HelloAsso</Nm></Pty>",
)

HELLOASSO = """\
Référence commande;Référence du paiement;Montant total;Date du paiement;Statut du paiement;Versé;Date du versement;\
Nom payeur;Prénom payeur;Email payeur;Raison sociale;Campagne;Montant du tarif
501;9001;25,00 €;20/11/2026 14:03;Validé;Oui;10/12/2026;Moreau;Inès;ines@exemple.fr;;Adhésion 2026;20,00
501;9001;25,00 €;20/11/2026 14:03;Validé;Oui;10/12/2026;Moreau;Inès;ines@exemple.fr;;Adhésion 2026;5,00
502;9002;45,00 €;21/11/2026 09:10;Validé;Oui;10/12/2026;Haddad;Karim;karim@exemple.fr;;Adhésion 2026;45,00
503;9003;45,00 €;21/11/2026 09:12;Refusé;Non;;Haddad;Karim;karim@exemple.fr;;Adhésion 2026;45,00
504;9004;5,00 €;22/11/2026 18:30;Remboursé;Non;;Petit;Zoé;zoe@exemple.fr;;Adhésion 2026;5,00
"""

ALL = {
    "OFX 1": OFX_1.encode("cp1252"),
    "OFX 2": OFX_2.encode(),
    "Crédit Mutuel": CREDIT_MUTUEL.encode("cp1252"),
    "Crédit Agricole": CREDIT_AGRICOLE.encode("cp1252"),
    "BNP": BNP.encode("utf-8-sig"),
    "Société Générale": SOCIETE_GENERALE.encode("cp1252"),
    "La Banque Postale": BANQUE_POSTALE.encode("cp1252"),
    "Crédit Coopératif": CREDIT_COOPERATIF.encode(),
    "ISO days": ISO_DAYS.replace("operation_date", "date operation").encode(),
    "UTF-16": CREDIT_MUTUEL.encode("utf-16"),
    "CAMT.053.001.02": CAMT_2.encode(),
    "CAMT.053.001.08": CAMT_8.encode(),
}

_LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
EVIL = {
    "billion laughs": f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{_LOL}]>{CAMT_2[38:]}'.encode(),
    "entity used": CAMT_2.replace("<Document", '<!DOCTYPE d [<!ENTITY n "Ines">]><Document', 1).encode(),
    "external entity": (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document><BkToCstmrStmt>&x;'
        b"</BkToCstmrStmt></Document>"
    ),
    "external document type": b'<!DOCTYPE d SYSTEM "http://exemple.fr/x.dtd"><Document><BkToCstmrStmt/></Document>',
    "parameter entity": b'<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///x"> %p;]><Document><BkToCstmrStmt/></Document>',
    "entity in OFX": OFX_2.replace(
        "<OFX>", '<!DOCTYPE OFX [<!ENTITY x SYSTEM "file:///etc/passwd">]><OFX>', 1
    ).encode(),
    "a hundred megabytes": b"<OFX>" + b"A" * 100_000_000,
    "nul bytes": OFX_1.encode("cp1252").replace(b"MOREAU", b"MO\0REAU"),
    "nul bytes in CSV": CREDIT_MUTUEL.encode("cp1252").replace(b"MOREAU", b"MO\0REAU"),
    "no encoding": b"Date;Montant;Libell\xb1\n25/11/2026;1,00;\xb2\xb3\xb4\n",
    "half of UTF-16": b"\xff\xfeD\x00a\x00t\x00\x00\xd8",
    "a page saved as OFX": b"<!DOCTYPE html><html><body><form>Votre session a expir\xc3\xa9</form></body></html>",
    "a page without a type": b"<html><head><title>Connexion</title></head><body>OFX</body></html>",
    "nothing": b"",
    "spaces": b" \n\n ",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0",
    "half a CAMT": CAMT_2[: len(CAMT_2) // 2].encode(),
    "a thousand deep": b"<Document><BkToCstmrStmt><Stmt><Ntry>" + b"<a>" * 1000,
    "an intraday report": CAMT_2.replace("BkToCstmrStmt", "BkToCstmrAcctRpt").encode(),
    "two accounts": OFX_1.replace("<ACCTID>12345678901", "<ACCTID>1<ACCTID>2").encode("cp1252"),
    "dollars": OFX_1.replace("<CURDEF>EUR", "<CURDEF>USD").encode("cp1252"),
    "dollars in CAMT": CAMT_2.replace('"EUR"', '"USD"').encode(),
    "a sum without end": OFX_1.replace("+100.00", "9" * 5000).encode("cp1252"),
    "no sum": OFX_1.replace("+100.00", "NaN").encode("cp1252"),
    "infinity": CREDIT_MUTUEL.replace("100,00", "Infinity").encode(),
    "an exponent": CREDIT_MUTUEL.replace("100,00", "1e99").encode(),
    "a day that is none": OFX_1.replace("20261125<TRNAMT>+", "20260230<TRNAMT>+").encode("cp1252"),
    "the year 9999": CREDIT_MUTUEL.replace("26/11/2026", "26/11/9999").encode(),
    "a quotation mark left open": CREDIT_AGRICOLE.replace('7TH"', "7TH").encode(),
    "only a header": CREDIT_MUTUEL.partition("\n")[0].encode(),
    "a hole in the middle": CREDIT_MUTUEL.replace("25/11/2026;26/11/2026", "hier;26/11/2026").encode(),
    "a thousand columns": b"Date;Montant" + b";x" * 1000 + b"\n",
    "too many lines": b"Date;Montant;Libelle\n" + b"25/11/2026;1,00;x\n" * 10_001,
    "too many in OFX": b"<OFX><BANKTRANLIST>" + b"<STMTTRN><DTPOSTED>20261125<TRNAMT>1<NAME>x" * 10_002,
}


def reading(*lines: BankLine) -> StatementFacts:
    """Lines as a file has them."""
    return StatementFacts(tuple(Row(place, each.label, each, cents=each.cents) for place, each in enumerate(lines, 1)))
