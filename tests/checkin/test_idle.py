"""What the idle screen knows: of the place much, of people nothing that they did not allow."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.idle import MOST_EATING, Idle, Night
from kiosk.checkin.idle_facts import HOST, ON, Hosted, IdleFacts
from kiosk.domain.checkin.choices import Act
from kiosk.domain.health.upkeep import Care
from kiosk.hosting.rota import Rota
from kiosk.language.names import Names
from kiosk.store.health import upkeep_rows
from kiosk.store.space import wording_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space

BADGES = ("04A2000000E511", "04A1B2C3D4E501", "04A2000000E517", "04A2000000E518")
PARIS = ZoneInfo("Europe/Paris")


class Entrance:
    """A space's idle screen."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.changes = 0
        self.quiet = 3600.0
        self.updating = False
        self.idle = Idle(
            store=space.home.store,
            rules=Rules(space.home.config.zone),
            timekeeper=space.kept.timekeeper,
            clock=space.clock,
            night=Night(22, 7),
            changed=self._changed,
            quiet_seconds=lambda: self.quiet,
            updating=lambda: self.updating,
        )

    def _changed(self) -> None:
        self.changes += 1

    def read(self) -> IdleFacts:
        self.idle.committed()
        self.idle.turn()
        return self.idle.facts()

    def come(self, count: int) -> None:
        for name, uid in list(zip(("Inès Moreau", "Karim Benali", "Yanis Petit", "Zoé Roux"), BADGES, strict=True))[
            :count
        ]:
            self.space.join(name, uid)
            self.space.tap(uid)

    def say(self, code: str, fr: str, en: str) -> None:
        with self.space.home.store.writing() as connection:
            wording_rows.add(connection, code, Names({"fr": fr, "en": en}), self.space.clock.now(), "nadia")

    def at(self, hour: int, minute: int = 0) -> None:
        clock, then = self.space.clock, datetime(2026, 11, 25, hour, minute, tzinfo=PARIS)
        clock.advance(seconds=((then - clock.now()) % timedelta(days=1)).total_seconds())


@pytest.fixture
def entrance(space: Space) -> Entrance:
    return Entrance(space)


def test_an_almost_empty_house_is_nobodys_business(entrance: Entrance) -> None:
    entrance.come(2)
    assert entrance.read().present is None


def test_from_three_on_they_are_counted_out_of_the_places(entrance: Entrance) -> None:
    entrance.space.rule("capacity_legal", "30")
    entrance.come(3)
    assert (entrance.read().present, entrance.read().places) == (3, 30)
    entrance.space.rule("capacity_notice", "20")
    assert entrance.read().places == 20


def test_what_is_read_is_read_once_a_minute_or_when_somebody_wrote(entrance: Entrance) -> None:
    entrance.come(3)
    assert entrance.read().present == 3
    entrance.space.join("Zoé Roux", BADGES[3])
    entrance.space.tap(BADGES[3])
    entrance.idle.turn()
    assert entrance.idle.facts().present == 3
    entrance.idle.committed()
    entrance.idle.turn()
    assert entrance.idle.facts().present == 4
    told = entrance.changes
    entrance.space.clock.advance(minutes=1)
    entrance.idle.turn()
    assert entrance.changes == told  # nothing new, nothing drawn


def test_what_the_desk_wrote_for_today_is_over_tomorrow(entrance: Entrance) -> None:
    entrance.say(ON, "Atelier à 14 h", "Workshop at 2 pm")
    assert entrance.read().note == Names({"fr": "Atelier à 14 h", "en": "Workshop at 2 pm"})
    entrance.space.clock.advance(hours=18)  # 2 h 52: still this Wednesday here
    assert entrance.read().note is not None
    entrance.space.clock.advance(hours=6)
    assert entrance.read().note is None


def test_what_is_taken_back_at_the_desk_is_gone(entrance: Entrance) -> None:
    entrance.say(ON, "Atelier à 14 h", "Workshop at 2 pm")
    entrance.say(ON, "", "")
    assert entrance.read().note is None


@pytest.mark.parametrize(
    ("said", "visible", "shown"),
    [
        ("Nadia", True, True),
        ("Nadia", False, False),
        ("nadia et Paul", False, False),
        ("NADIA MARTIN, au bar", False, False),
        ("Nadia, puis Paul", False, False),
        ("chez l’équipe d’Nadia", False, False),
        ("Paul", False, True),  # nobody here is called so
        ("Le collectif Martin", False, True),  # a family name is many things
    ],
)
def test_a_member_who_is_not_visible_hosts_without_a_name(
    entrance: Entrance, said: str, visible: bool, shown: bool
) -> None:
    number = entrance.space.join("Nadia Martin", BADGES[0])
    with entrance.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET visible = ? WHERE number = ?", (int(visible), number))
    entrance.say(HOST, said, said)
    assert (entrance.read().host is not None) == shown


@pytest.mark.parametrize(
    ("said", "visible", "shown"),
    [
        ("Atelier avec Nadia, 14 h", True, True),
        ("Atelier avec Nadia, 14 h", False, False),
        ("Soirée nadia", False, True),  # without a capital it is a word like any other
        ("Le jeudi de Paul", False, True),
    ],
)
def test_what_is_on_names_no_member_who_is_not_visible(
    entrance: Entrance, said: str, visible: bool, shown: bool
) -> None:
    number = entrance.space.join("Nadia Martin", BADGES[0])
    with entrance.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET visible = ? WHERE number = ?", (int(visible), number))
    entrance.say(ON, said, "Workshop")
    assert (entrance.read().note is not None) == shown


def test_the_rents_thermometer_is_the_associations_wish(entrance: Entrance) -> None:
    entrance.come(2)
    assert entrance.read().thermometer_percent is None
    entrance.space.rule("show_thermometer", "true")
    entrance.space.rule("rent_cents", "80000", "2019-01-01")
    charged = entrance.space.sql("SELECT SUM(amount_cents) FROM entry WHERE kind = 'charge'")[0][0]
    assert isinstance(charged, int)
    assert charged > 0
    assert entrance.read().thermometer_percent == charged * 100 // 80_000
    entrance.space.rule("rent_cents", "100")
    assert entrance.read().thermometer_percent == 100


def test_what_the_rent_lacks_is_said_in_permanents_and_days_if_the_association_wants_it(entrance: Entrance) -> None:
    entrance.come(2)  # two memberships and two days: 20 euros of 800
    assert entrance.read().rent is None
    entrance.space.rule("show_break_even", "true")
    entrance.space.rule("rent_cents", "80000", "2019-01-01")
    said = entrance.read().rent
    assert said is not None
    assert said.to("fr") == "encore 8 permanents ou 156 journées"
    entrance.space.rule("rent_cents", "2000")
    said = entrance.read().rent
    assert said is not None
    assert said.to("fr") == "c’est couvert"


def test_who_eats_here_is_counted_until_noon_and_forgotten_with_the_day(entrance: Entrance) -> None:
    entrance.read()
    for _ in range(3):
        entrance.idle.touched(Act.LUNCH)
    assert entrance.idle.facts().lunch == 3
    entrance.at(11, 59)
    assert entrance.idle.facts().lunch == 3
    entrance.at(12)
    assert entrance.idle.facts().lunch is None
    entrance.idle.touched(Act.LUNCH)
    entrance.space.clock.set(entrance.space.clock.now() - timedelta(minutes=1))  # a clock that is corrected a little
    assert entrance.idle.facts().lunch == 3
    entrance.space.clock.advance(hours=24)
    assert entrance.idle.facts().lunch == 0


def test_a_touch_too_many_is_taken_back_as_long_as_its_card_may_stand_and_once(entrance: Entrance) -> None:
    entrance.read()
    entrance.idle.touched(Act.LUNCH)
    entrance.idle.touched(Act.LUNCH)
    assert entrance.idle.facts().lunch == 2
    entrance.idle.touched(Act.LUNCH_BACK)
    entrance.idle.touched(Act.LUNCH_BACK)
    assert entrance.idle.facts().lunch == 1
    entrance.idle.touched(Act.LUNCH)
    entrance.space.clock.advance(seconds=30)
    entrance.idle.touched(Act.LUNCH_BACK)
    assert entrance.idle.facts().lunch == 2


def test_a_hand_that_does_not_stop_counts_no_further_than_a_full_table(entrance: Entrance) -> None:
    entrance.read()
    for _ in range(MOST_EATING + 5):
        entrance.idle.touched(Act.LUNCH)
    assert entrance.idle.facts().lunch == MOST_EATING


def test_nobody_is_asked_where_the_association_does_not_want_it(entrance: Entrance) -> None:
    entrance.space.rule("lunch_until_hour", "null")
    assert entrance.read().lunch is None


@pytest.mark.parametrize(("hour", "dark"), [(21, False), (22, True), (3, True), (6, True), (7, False)])
def test_the_screen_is_dark_and_silent_in_the_hours_of_the_night(entrance: Entrance, hour: int, dark: bool) -> None:
    entrance.at(hour)
    assert (entrance.idle.facts().dim, entrance.idle.facts().quiet) == (dark, dark)


def test_the_same_hour_twice_is_no_night() -> None:
    assert not any(Night(7, 7).holds(hour) for hour in range(24))
    assert Night(0, 6).holds(5)


def test_a_touch_or_a_badge_lights_the_screen_for_a_minute(entrance: Entrance) -> None:
    entrance.at(23)
    entrance.idle.touched(Act.WAKE)
    assert not entrance.idle.facts().dim
    assert entrance.idle.facts().quiet
    entrance.space.clock.advance(seconds=61)
    assert entrance.idle.facts().dim
    entrance.quiet = 59.0  # a card was there until then
    assert not entrance.idle.facts().dim


def test_what_is_begun_on_the_idle_screen_lights_it_and_counts_nothing(entrance: Entrance) -> None:
    entrance.read()
    entrance.idle.touched(Act.VISIT)
    assert entrance.idle.facts().lunch == 0
    entrance.at(23)
    assert entrance.idle.facts().dim
    entrance.idle.touched(Act.VISIT)
    assert not entrance.idle.facts().dim


def test_an_unsure_clock_shows_nothing_that_hangs_on_the_day(entrance: Entrance) -> None:
    entrance.come(3)
    entrance.read()
    entrance.space.vouched = False
    entrance.space.clock.restart(datetime(2026, 11, 25, 8, 0, tzinfo=PARIS))
    assert entrance.idle.facts() == IdleFacts()


@pytest.mark.sqlite
def test_a_database_that_cannot_be_read_leaves_an_idle_screen_that_knows_less(entrance: Entrance) -> None:
    entrance.come(3)
    assert entrance.read().present == 3
    entrance.space.home.store.path.rename(entrance.space.home.store.path.with_name("away"))
    assert entrance.read().present is None


@pytest.mark.parametrize("real", [True, False])
def test_only_a_real_home_s_screen_asks_for_a_copy_that_is_overdue(space: Space, real: bool) -> None:
    idle = Idle(
        store=space.home.store,
        rules=Rules(space.home.config.zone),
        timekeeper=space.kept.timekeeper,
        clock=space.clock,
        night=Night(22, 7),
        changed=lambda: None,
        quiet_seconds=lambda: 3600.0,
        real=real,
    )
    idle.turn()
    assert not idle.facts().neglected
    space.clock.advance(hours=27)
    idle.turn()
    assert idle.facts().neglected is real
    with space.home.store.writing() as connection:
        upkeep_rows.note(connection, Care.BACKUP, space.clock.now(), ok=True, says="")
    idle.committed()
    idle.turn()
    assert not idle.facts().neglected


def test_update_that_comes_is_noticed_within_a_turn_and_so_is_its_end(entrance: Entrance) -> None:
    assert not entrance.read().updating
    told = entrance.changes
    for updating in (True, False):
        entrance.updating = updating
        entrance.idle.turn()
        assert entrance.idle.facts().updating is updating
    assert entrance.changes == told + 2


def test_update_is_said_by_an_unsure_clock_too(entrance: Entrance) -> None:
    entrance.space.vouched = False
    entrance.updating = True
    assert entrance.read() == IdleFacts(updating=True)


def rota(entrance: Entrance, *, visible: bool, weekday: int = 2) -> None:
    """Inès holds this Wednesday morning's turn."""
    space = entrance.space
    number = space.join("Inès Moreau", BADGES[0])
    use = Rota(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="cli")
    use.add_slot(weekday, "hosting", 540, 780, 2)
    use.add_slot(weekday, "cleaning", 1020, 1080, 1)
    use.take(1, number)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE member SET visible = {int(visible)}")


def test_who_hosts_today_is_known_by_itself_from_the_rota(entrance: Entrance) -> None:
    entrance.space.rule("hosting", "true")
    rota(entrance, visible=True)
    assert entrance.read().turns == (Hosted("Inès", 540, 780),)
    entrance.say(HOST, "Inès et Nadia", "Inès and Nadia")
    assert (entrance.read().turns, entrance.read().host) == ((), Names({"fr": "Inès et Nadia", "en": "Inès and Nadia"}))
    entrance.space.clock.advance(days=1)
    assert entrance.read().turns == ()


def test_who_is_not_visible_hosts_without_a_name(entrance: Entrance) -> None:
    entrance.space.rule("hosting", "true")
    rota(entrance, visible=False)
    assert entrance.read().turns == (Hosted("", 540, 780),)


def test_where_the_association_has_no_rota_nothing_of_it_is_read(entrance: Entrance) -> None:
    rota(entrance, visible=True)
    assert entrance.read().turns == ()
