"""What can name a person in a text, of which kind it is, and how direct it points (field.md section 7).

Direct identifiers name one person by themselves; the others do so together, or in a small place.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What a span of text is. The values are the types that `app redact` writes."""

    PERSON = "PERSON"
    PHONE = "PHONE"
    ID_CARD = "ID_CARD"
    PASSPORT = "PASSPORT"
    STUDENT_ID = "STUDENT_ID"
    MEDICAL_ID = "MEDICAL_ID"
    BADGE = "BADGE"
    BANK = "BANK"
    PLATE = "PLATE"
    DEVICE = "DEVICE"
    EMAIL = "EMAIL"
    QQ = "QQ"
    WECHAT = "WECHAT"
    SOCIAL = "SOCIAL"
    URL = "URL"
    IP = "IP"
    GPS = "GPS"
    NUMBER = "NUMBER"
    ADDRESS = "ADDRESS"
    SCHOOL = "SCHOOL"
    CLASS = "CLASS"
    DOB = "DOB"
    DATE = "DATE"
    EMPLOYER = "EMPLOYER"
    HOSPITAL = "HOSPITAL"
    ORG = "ORG"
    CITY = "CITY"

    @property
    def is_direct(self) -> bool:
        """Whether it names one person by itself."""
        return self not in _QUASI

    @property
    def word(self) -> str:
        """The word that stands for it in a Chinese text."""
        return WORDS[self][0]

    @property
    def english(self) -> str:
        """The word that stands for it in an English text."""
        return WORDS[self][1]


WORDS: dict[Kind, tuple[str, str]] = {
    Kind.PERSON: ("姓名", "person"),
    Kind.PHONE: ("电话", "phone"),
    Kind.ID_CARD: ("身份证号", "id card"),
    Kind.PASSPORT: ("证件号", "passport"),
    Kind.STUDENT_ID: ("学号", "student number"),
    Kind.MEDICAL_ID: ("就诊号", "medical record"),
    Kind.BADGE: ("工号", "badge"),
    Kind.BANK: ("银行卡号", "bank card"),
    Kind.PLATE: ("车牌", "plate"),
    Kind.DEVICE: ("设备号", "device"),
    Kind.EMAIL: ("邮箱", "email"),
    Kind.QQ: ("QQ号", "qq"),
    Kind.WECHAT: ("微信号", "wechat"),
    Kind.SOCIAL: ("账号", "account"),
    Kind.URL: ("网址", "link"),
    Kind.IP: ("IP地址", "ip"),
    Kind.GPS: ("坐标", "position"),
    Kind.NUMBER: ("号码", "number"),
    Kind.ADDRESS: ("地址", "address"),
    Kind.SCHOOL: ("学校", "school"),
    Kind.CLASS: ("班级", "class"),
    Kind.DOB: ("出生日期", "birth date"),
    Kind.DATE: ("日期", "date"),
    Kind.EMPLOYER: ("单位", "employer"),
    Kind.HOSPITAL: ("医院", "hospital"),
    Kind.ORG: ("机构", "organisation"),
    Kind.CITY: ("城市", "city"),
}
_QUASI = frozenset(
    {
        Kind.ADDRESS,
        Kind.SCHOOL,
        Kind.CLASS,
        Kind.DOB,
        Kind.DATE,
        Kind.EMPLOYER,
        Kind.HOSPITAL,
        Kind.ORG,
        Kind.CITY,
    }
)
