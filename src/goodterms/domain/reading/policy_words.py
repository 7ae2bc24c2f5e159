"""The words a document of rules may use: facts with their types and values, checked facts, calendars, countries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from goodterms.domain.rules import Fact, FactType

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

HOLIDAY_CALENDARS = ("European Central Bank",)
"""Calendars of closing days with a name of their own that storage can provide (A18)."""

NO_HOLIDAYS = "none"
BUYERS_CALENDAR = "buyer's country"

CHECKED_FACTS = ("order_number", "email", "name", "purchase_date")
"""What a refund request states (R31)."""

FACT_TYPES: tuple[FactType, ...] = get_args(FactType)
YES_OR_NO = ("true", "false")
ABSENT = "none"
"""In `when_absent`: where nothing is known of the fact, there is no such thing."""

LANGUAGES = ("en", "de", "fr", "es")
ANCHORS = ("order", "term_start", "term_end", "contract")
"""What every window may be counted from; besides them any declared fact that is a date or an instant."""

AFTER_TRIAL = "trial_conversion"
"""The origin of a first charge that a trial came before: its contract was made when the trial began."""

ROUNDINGS = ("half_up", "half_even", "up", "down")


def _known(name: str, type: FactType, ask: str, *words: str, absent: str | None = None, also: str = "") -> Fact:
    return Fact(name, type, ask, words, absent, tuple(also.split()))


def _by_name(*facts: Fact) -> Mapping[str, Fact]:
    return {fact.name: fact for fact in facts}


CASE_FACTS: Mapping[str, Fact] = _by_name(
    _known("payment", "word", "Is it a first purchase or a renewal?", "initial", "renewal"),
    _known("sales_channel", "text", "Where was it bought?"),
    _known("latest_paid_term", "yes_or_no", "Is it the payment for the latest paid term?"),
    _known("already_refunded", "word", "Has the payment been paid back before?", "none", "part", "all"),
    _known("asks_for", "word", "Is all of the payment asked for, or a part?", "all", "part"),
    _known("disputed", "yes_or_no", "Is the payment disputed with the bank?"),
    _known("term", "word", "What is the term at the request?", "upcoming", "running", "ended", "dropped"),
    _known("term_length", "length", "How long is the term?"),
    _known("amount", "amount", "How much was paid?"),
    _known("contract_at", "instant", "When was the subscription first bought?"),
    _known("request", "instant", "When was it asked for?"),
    _known("order", "instant", "When was the order placed or charged?"),
    _known("country", "text", "In which country does the customer live?"),
    _known("state", "text", "In which state does the customer live?"),
    _known("timezone", "text", "In which time zone does the customer live?"),
)
"""Facts that every case has from the order and the request: conditions use them without declaring them.

`term` is the state of the order's term at the moment of the request (A7, A8). `contract_at`, `country`, `state` and
`timezone` may be unknown.
"""

KNOWN_FACTS: Mapping[str, Fact] = _by_name(
    _known(
        "origin", "word", "How did the charge come about?",
        "purchase", AFTER_TRIAL, "upgrade", "plan_migration", "instalment",
        absent="purchase", also="charge_origin",
    ),
    _known("consumer", "yes_or_no", "Does the customer buy as a consumer, not for a business?"),
    _known("payment_method", "text", "How was it paid?"),
    _known("plan", "text", "Which plan was bought?"),
    _known("product", "text", "Which product was bought?"),
    _known(
        "product_class", "word", "Is it goods, a digital service, or digital content that is supplied at once?",
        "goods", "digital_service", "digital_content",
    ),
    _known("ground", "word", "Why is it asked for?"),
    _known("used_in_cycle", "yes_or_no", "Has it been used in the current billing cycle?"),
    _known("benefits_used_since_charge", "yes_or_no", "Has a benefit been used since the latest charge?"),
    _known("value_of_benefits_used", "amount", "How much were the benefits worth that have been used?"),
    _known("first_order", "yes_or_no", "Is it the customer's first order?", absent="true"),
    _known(
        "prior_refunds_same_service", "whole_number", "How often has this service been paid back to the customer?",
        absent="0",
    ),
    _known(
        "prior_refunds_user", "whole_number", "How often has anything been paid back to the customer?", absent="0"
    ),
    _known("contract_made_on", "date", "On which day was the contract made?"),
    _known("regime_in_force", "yes_or_no", "Is the announced law in force for this contract?"),
    _known("express_request_to_start", "yes_or_no", "Did the customer ask for the service to begin at once?"),
    _known("information_given_at", "instant", "When was the customer told of the right to withdraw?"),
    _known("chatel_notice_sent_at", "instant", "When was the notice of the coming renewal sent?"),
    _known("previous_amount", "amount", "How much was the charge before?"),
    _known("price_increased", "yes_or_no", "Is the charge higher than the one before?"),
    _known("consent_to_increase", "yes_or_no", "Did the customer agree to the higher price?"),
    _known("certificate_earned_at", "instant", "When was the certificate earned?"),
    _known(
        "installments_billed", "whole_number", "How many instalments have been billed?", also="instalments_billed"
    ),
    _known(
        "installments_total", "whole_number", "How many instalments are there in all?", also="instalments_total"
    ),
)  # fmt: skip
"""Facts of a fixed meaning, which cases and imports know. A document that uses one declares it with this type."""

SALES_CHANNELS = (
    *("vendor_store", "app_store", "apple_app_store", "mac_app_store", "google_play", "microsoft_store"),
    *("reseller", "retail", "retail_key", "isp", "mobile_partner"),
)
"""Through whom orders are sold, by the words that are known; an order may carry another one of its vendor's own."""

PAYMENT_METHODS = (
    *("card", "credit_card", "debit_card", "direct_debit", "bank_transfer", "invoice", "paypal", "apple_pay"),
    *("google_pay", "gift_card", "prepaid_card", "prepaid", "voucher", "store_credit", "cash", "crypto"),
)
"""How payments are made, by the words that are known; others are possible."""

OPEN_WORDS: Mapping[str, tuple[str, ...]] = {"sales_channel": SALES_CHANNELS, "payment_method": PAYMENT_METHODS}
"""Facts that are texts with known words."""

_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_CODES.split())
"""ISO 3166-1 codes."""

US_STATES = frozenset(
    (
        "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH "
        "OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY"
    ).split()
)
_MEANT = {"UK": "GB", "EL": "GR", "USA": "US", "GER": "DE", "FRA": "FR", "EN": "GB", "AUS": "AU", "ESP": "ES"}


def as_compared(fact: str, text: str) -> str:
    """A text in the form in which it is compared: a payment method in small letters, with underscores for spaces."""
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split()) if fact == "payment_method" else text


def wrong_country(code: str) -> str | None:
    """Why a text is no country code, with what is probably meant; None for one that is."""
    if code in COUNTRIES:
        return None
    meant = _MEANT.get(code.upper(), code.upper())
    hint = f'did you mean "{meant}"?' if meant in COUNTRIES else 'expected an ISO 3166 code such as "DE" or "US"'
    return f'"{code}" is no country; {hint}'


def wrong_region(code: str) -> str | None:
    """Why a text is neither a country ("DE") nor a state of one ("US-NY"); None for one that is."""
    country, dash, state = code.partition("-")
    if not dash or country not in COUNTRIES:
        return wrong_country(country)
    if country == "US" and state not in US_STATES:
        return f'"{code}" is no state of the USA; write it with its two letters: "US-NY"'
    return None if state.isalnum() and len(state) <= 3 else f'"{code}" is no state; write it such as "US-NY"'


def wrong_calendar(name: str) -> str | None:
    """Why a text names no calendar of closing days; None for one that does."""
    if name in (*HOLIDAY_CALENDARS, NO_HOLIDAYS, BUYERS_CALENDAR):
        return None
    return wrong_region(name)
