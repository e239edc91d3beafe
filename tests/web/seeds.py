"""What has broken a page once, or might: each is tried in every place where a text, a number or a day can be sent.

Whatever a walk finds is added here, so that it is tried for ever.
"""

from hypothesis import strategies as st

SEEDS = (
    "",
    "²³",  # digits to Python, no number
    "٣",
    "-1",
    "1" * 9,
    "9" * 40,
    "0x10",
    "1e999",
    "NaN",
    "9999-12-31",
    "0001-01-01",
    "9999-12",
    "0000-00",
    "2026-02-30",
    "2026-W53-7",
    "24:60",
    "00:00",
    "=1+1",
    "\x00",
    "\ud800",  # half of a letter, which no encoding has
    "a\r\nb: c",
    "%00%ff",
    "../../etc/passwd",
    "<script>",
    "'\"`;--",
    "a" * 70_000,
    "9" * 5_000,  # more digits than Python turns into a number
    "é" * 600,
    "5,00",
    "2026-11-25",
    "1",
    "cash",
)
SHARP = ("²³", "9999-12-31", "0001-01-01", "9999-12", "9" * 40, "-1")  # each in one field, all others being right
TOGETHER = tuple(seed for seed in SEEDS if seed not in SHARP)[::2]  # each in all fields at once
TEXTS = st.sampled_from(SEEDS) | st.text(max_size=40) | st.integers().map(str) | st.dates().map(str)
CSVS = (
    b"",
    b";" * 1_400_000,
    b"nom;" + b"a" * 140_000,
    b'"' + b"a" * 140_000,
    b"\xff\xfe\x00",
    b"date;montant;libelle\r\n" + b"9999-12-31;1;x\r\n0001-01-01;-1;y\r\n" * 20,
    b"date;montant\r\n\xc2\xb2\xc2\xb3/01/2026;\xc2\xb2\r\n",
    b"name;plan\r\n" + b'"a;b"' * 5_000,
    b"\n" * 1_000_000,
    b"date,amount\n" + b"2026-11-25," + b"9" * 5_000 + b"\n",
    b"OFXHEADER:100\r\n<OFX><STMTTRN><DTPOSTED>99991231<TRNAMT>1e999</STMTTRN></OFX>",
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><Document>&b;</Document>",
)
