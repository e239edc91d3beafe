"""Works out France's public holidays: eight with fixed dates, and three that follow Easter.

A library for this takes 19 MB of memory from the first page that asks, because it knows every country. These are the
eleven days of the labour code (L3133-1), and a test compares them with that library.
"""

from datetime import date, timedelta

_DATES = (  # month, day, name
    (1, 1, "Jour de l'an"),
    (5, 1, "Fête du Travail"),
    (5, 8, "Fête de la Victoire"),
    (7, 14, "Fête nationale"),
    (8, 15, "Assomption"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice"),
    (12, 25, "Noël"),
)
AND = "; "  # between the names of two holidays on one day
_AFTER_EASTER = ((1, "Lundi de Pâques"), (39, "Ascension"), (50, "Lundi de Pentecôte"))  # days after Easter Sunday


def between(first: date, last: date) -> dict[date, str]:
    """Return the public holidays from `first` to `last`, both included, in order, by their French names."""
    days: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        sunday = easter(year)
        holidays = [(sunday + timedelta(days=after), name) for after, name in _AFTER_EASTER]
        holidays += [(date(year, month, day), name) for month, day, name in _DATES]
        for day, name in holidays:  # Ascension may fall on another holiday in May
            days[day] = f"{days[day]}{AND}{name}" if day in days else name
    return {day: days[day] for day in sorted(days) if first <= day <= last}


def easter(year: int) -> date:
    """Return Easter Sunday of a year of the Gregorian calendar, by the method of Meeus, Jones and Butcher."""
    golden, century, of_century = year % 19, year // 100, year % 100
    lunar = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - lunar + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
