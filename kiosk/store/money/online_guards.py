"""Guards of online payments: each row is one payment, keeps its sum, its account and its page, and an entry once it has
one.

`kiosk.store.guards` installs them with all others.
"""

CONDITIONS = {
    ("online_payment_once", "INSERT ON online_payment"): (
        "EXISTS (SELECT 1 FROM online_payment WHERE id = NEW.id OR token = NEW.token OR intent = NEW.intent"
        " OR order_id = NEW.order_id OR payment = NEW.payment OR entry_number = NEW.entry_number)",
        "this payment is known",
    ),
    ("online_payment_stays", "UPDATE ON online_payment"): (
        "NEW.id IS NOT OLD.id OR NEW.token IS NOT OLD.token OR NEW.account_id IS NOT OLD.account_id"
        " OR NEW.cents IS NOT OLD.cents OR (OLD.intent IS NOT NULL AND NEW.intent IS NOT OLD.intent)"
        " OR (OLD.entry_number IS NOT NULL AND NEW.entry_number IS NOT OLD.entry_number)",
        "a payment keeps its sum, its account, its page and its entry",
    ),
    ("online_payment_is_its_entry", "UPDATE OF entry_number ON online_payment"): (
        "NEW.entry_number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry AS e WHERE e.number = NEW.entry_number"
        " AND e.kind = 'payment' AND e.method = 'online')",
        "a payment online is entered as one",
    ),
    ("online_payment_entered_stays", "DELETE ON online_payment"): (
        "OLD.entry_number IS NOT NULL",
        "a payment that is entered stays",
    ),
}
