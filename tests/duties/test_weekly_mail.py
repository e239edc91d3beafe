"""The week's mail: to each officer what is theirs, once a week, and none to whom nothing is to be done."""

import msgspec
from msgspec.structs import replace

from kiosk.config import MailConfig
from kiosk.domain.members.roles import Role
from kiosk.duties import weekly_mail
from kiosk.home import Home
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES = "04A2000000E511"


def put(space: Space, home: Home) -> int:
    return weekly_mail.put_in_outbox(home, Rules(home.config.zone), space.clock, space.clock.now())


def test_each_officer_hears_of_theirs_once_a_week_and_without_a_server_nobody(space: Space) -> None:
    with space.home.store.writing() as connection:
        for role in Role:
            address = f"{role.value}@exemple.fr"
            desk_users.add(connection, address, role.value, [role.value], space.clock.now(), "x")
    space.join("Inès Moreau", INES)
    space.till.pay(1, 500, "cheque")
    space.clock.advance(days=20)
    assert put(space, space.home) == 0
    mail = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr")
    home = replace(space.home, config=msgspec.structs.replace(space.home.config, mail=mail))
    assert put(space, home) > 0
    assert put(space, home) == 0
    rows = space.sql("SELECT recipient, body FROM outbox WHERE about LIKE 'duties of%'")
    bodies = {str(to): str(body) for to, body in rows}
    cheques = "1 chèque à remettre\u00a0: 5,00\u00a0€"
    assert cheques in bodies[f"{Role.TREASURER.value}@exemple.fr"]
    assert cheques not in bodies.get(f"{Role.SECRETARY.value}@exemple.fr", "")
    assert f"{Role.HOST.value}@exemple.fr" not in bodies
    assert "Inès" not in "".join(bodies.values())
    space.clock.advance(days=7)
    assert put(space, home) > 0
