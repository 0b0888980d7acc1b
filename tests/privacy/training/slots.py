"""What the slots of the templates are filled with, and with which label."""

import random
from collections.abc import Callable

from tests.privacy.training.callnames import CallNames
from tests.privacy.training.figures import Figures
from tests.privacy.training.parts import PARTS
from tests.privacy.training.people import People, words
from tests.privacy.training.spots import Spots

Slots = dict[str, tuple[Callable[[], str], str | None]]
_FROM_PARTS = {
    "kin": "kin",
    "grade": "grades",
    "dx": "diagnoses",
    "job": "jobs",
    "dept": "departments",
    "crisis": "crisis",
    "r": "role_en",
    "role_en": "roles_en",
    "day": "days",
    "month": "months",
    "feels": "feels",
    "drug_en": "drugs_en",
}
_PLACES = {
    "ADDR": ("address", "ADDRESS"),
    "VIL": ("village", "ADDRESS"),
    "BLD": ("built", "ADDRESS"),
    "BRIDGE": ("bridge", "ADDRESS"),
    "DORM": ("dormitory", "ADDRESS"),
    "CITY": ("city", "CITY"),
    "SCH": ("school", "SCHOOL"),
    "CLS": ("class", "CLASS"),
    "HOS": ("hospital", "HOSPITAL"),
    "EMP": ("employer", "EMPLOYER"),
    "ORG": ("organisation", "ORG"),
    "sch": ("en_school", "SCHOOL"),
    "cls": ("en_class", "CLASS"),
    "addr": ("en_address", "ADDRESS"),
    "bridge": ("en_bridge", "ADDRESS"),
    "bld": ("en_built", "ADDRESS"),
    "city": ("en_city", "CITY"),
    "hos": ("en_hospital", "HOSPITAL"),
    "emp": ("en_employer", "EMPLOYER"),
    "org": ("en_organisation", "ORG"),
}
GENERIC = frozenset(_PLACES)
_DOSES = ("25mg", "50mg", "10毫克", "半片", "两粒", "0.5mg", "100 mg")


def make_slots(rng: random.Random, callnames: CallNames) -> Slots:
    """The slots, drawing from one generator."""
    people, spots, figures = People(rng, callnames), Spots(rng), Figures(rng)
    roles, drugs = words("roles"), words("drugs")
    famous, famous_en = words("famous"), words("famous_en")
    slots: Slots = {slot: (lambda name=name: rng.choice(PARTS[name]), None) for slot, name in _FROM_PARTS.items()}
    slots |= {slot: (lambda rule=rule: spots.draw(rule), label) for slot, (rule, label) in _PLACES.items()}
    slots |= {
        "role": (lambda: rng.choice(roles), None),
        "drug": (lambda: rng.choice(drugs), None),
        "FAM": (lambda: rng.choice(famous), None),
        "famous": (lambda: rng.choice(famous_en).replace("|", " "), None),
        "dose": (lambda: rng.choice(_DOSES), None),
        "w": (lambda: rng.choice(PARTS["nature"]), None),
        "sex": (lambda: rng.choice("男女"), None),
        "age": (lambda: str(rng.randrange(8, 78)), None),
        "n": (lambda: rng.choice([str(rng.randrange(1, 30)), rng.choice("两三四五六七八九十")]), None),
        "num": (lambda: rng.choice("一二三四"), None),
        "num_en": (lambda: str(rng.randrange(2, 30)), None),
        "score": (lambda: str(rng.randrange(3, 27)), None),
        "she": (lambda: rng.choice(["she", "he"]), None),
        "her": (lambda: rng.choice(["her", "his"]), None),
        "herself": (lambda: rng.choice(["herself", "himself"]), None),
        "himself": (lambda: rng.choice(["herself", "himself"]), None),
        "big": (figures.amount, None),
        "time": (lambda: f"{rng.randrange(0, 24)}:{rng.randrange(0, 60):02d}", None),
        "P": (people.full, "PERSON"),
        "PN": (people.nickname, "PERSON"),
        "PG": (people.mostly_given, "PERSON"),
        "PT": (people.titled, "PERSON"),
        "PA": (people.anyone, "PERSON"),
        "S": (people.surname, "PERSON"),
        "N": (people.mostly_net, "PERSON"),
        "W": (people.called, "PERSON"),
        "L": (callnames.letter, "PERSON"),
        "p": (people.english, "PERSON"),
        "pt": (people.english_titled, "PERSON"),
        "s": (people.pinyin_surname, "PERSON"),
        "n_en": (people.english_nickname, "PERSON"),
        "NET": (people.account, "SOCIAL"),
        "HAN": (people.handle, "SOCIAL"),
        "NUM": (figures.number, "NUMBER"),
        "DOB": (figures.born, "DOB"),
        "dob": (figures.born_en, "DOB"),
        "year": (lambda: str(rng.randrange(1950, 2015)), "DOB"),
    }
    return slots
