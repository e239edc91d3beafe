"""The words of the pages about what members do together; `texts` has those of all others, and hands these on."""

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.language.texts import Text
from kiosk.web.screen.worded import Words

CARDS: dict[CardKind, Words] = {
    CardKind.HOUSE: Words(
        Text("Le lieu", "The place"),
        Text("Ce que les membres y font ensemble.", "What members do here together."),
    ),
    CardKind.HOSTING: Words(
        Text("Accueil", "Hosting"),
        Text("À vous, et ce qui est libre.", "Yours, and what is free."),
    ),
    CardKind.SHIFT: Words(
        Text("Un accueil", "A turn of hosting"),
        Text("Personne ne pointe.", "Nobody clocks in."),
    ),
    CardKind.SHIFT_SWAP: Words(
        Text("Échanger", "Swap"),
        Text("Rien ne change sans l’accord des deux.", "Nothing changes unless both agree."),
    ),
    CardKind.HOUSE_DONE: Words(
        Text("C’est noté {name}", "All right {name}"),
        Text("Vous pouvez revenir dessus ici.", "You can change it here."),
    ),
    CardKind.HOUSE_THANKS: Words(
        Text("Merci {name}", "Thank you {name}"),
        Text("Le lieu vit grâce à vous.", "The place lives because of you."),
    ),
    CardKind.HOUSE_REFUSED: Words(
        Text("Pas possible ici", "Not possible here"),
        Text("Rien n’a changé.", "Nothing has changed."),
    ),
}
ACTS: dict[Act, Text] = {
    Act.HOUSE: Text("Le lieu", "The place"),
    Act.HOSTING: Text("Accueil", "Hosting"),
}
