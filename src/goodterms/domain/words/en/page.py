"""English: the public page about cancellations and refunds."""

from __future__ import annotations

PAGE = {
    # What the page calls things
    "place.account": "customer account",
    "place.account.named": "{company} account",
    "place.support": "our customer support",
    "place.support.named": "{company} support",
    "place.store": "in our online store",
    "place.store.named": "in the {company} online store",
    # Headings
    "title": "Cancellations and refunds",
    "heading.cancel": "How can I cancel my subscription?",
    "heading.effect": "What happens if I cancel my subscription?",
    "heading.refund": "How do I get a refund?",
    "heading.outcome": "What happens when I request a refund?",
    "heading.law": "What rights does the law give me?",
    "example": "An example",
    "example.lead": "Example: {example}",
    "rule.line": "{name}: {says}",
    # Introduction
    "intro.renews": "Your subscription renews by itself: when a paid term ends, the next one of the same length "
    "begins, and so on until you cancel. If you do not want a further term, canceling is all you need to do.",
    "intro.both": "Canceling by itself does not get you a refund. If you want your money back for the latest term you "
    "paid for, ask for a refund. Both are explained here step by step, with the dates and numbers we go by.",
    "intro.both.any": "Canceling by itself does not get you a refund. If you want money back, ask for a refund. Both "
    "are explained here step by step, with the dates and numbers we go by.",
    "intro.some": "Whether money is paid back, and how much, depends on the case. All of it is explained here step "
    "by step, with the dates and numbers we go by.",
    "intro.none": "Canceling does not get you a refund.",
    # How can I cancel my subscription?
    "cancel.ways.1": "There is one way to cancel.",
    "cancel.ways.2": "There are two ways to cancel.",
    "cancel.ways.3": "There are three ways to cancel.",
    "cancel.free": "You can cancel at any time and without giving a reason.",
    "cancel.confirm": "Nothing changes before you have confirmed. Afterwards we send you the date on which your "
    "access ends.",
    "cancel.account": "In your {account}:",
    "cancel.step.sign_in": "Sign in to your {account}.",
    "cancel.step.page": "Open the page of your {subscription}.",
    "cancel.step.page.link": "subscription",
    "cancel.step.manage": "Choose “{button}”.",
    "cancel.step.confirm": "Choose “{button}”, read what it will do, and confirm.",
    "cancel.support": "Through {support}: say which subscription is to end, and it is canceled for you with the same "
    "effect.",
    "cancel.public": "Without signing in, on our {page}.",
    "cancel.public.link": "cancellation page",
    # What happens if I cancel my subscription?
    "effect.stops": "Canceling stops the automatic charges for later terms. The term you have paid for is yours in "
    "full to its very end. Then the subscription ends by itself, and nothing more is charged.",
    "effect.future": "Canceling affects only payments that are still to come. It does not return any part of a "
    "payment that has already been made.",
    "effect.stops.only": "Canceling stops the automatic charges for later terms.",
    "effect.depends": "What canceling does to access and to payments that have been made depends on the case. These "
    "are the rules, in the order in which they are tried. The first that fits decides.",
    "effect.early": "Because of this early charge, the next term may be paid already when you cancel. The "
    "subscription then runs on to the end of that next term.",
    "effect.early.rules": "Because of this early charge, the next term may be paid already when you cancel. The "
    "rules above say what follows then.",
    "effect.example": "A term of {term} ends on {ends}. The next one is charged on {charged}, with {early} left. If "
    "you cancel on that day, after the charge, the subscription ends on {next_ends}: {both} later.",
    "effect.example.charge": "A term of {term} ends on {ends}. The next one is charged on {charged}, with {early} "
    "left.",
    "effect.example.no_lead": "A term of {term} ends on {ends}. If you cancel before that, the subscription ends "
    "then, and the next term is not charged.",
    "effect.example.at_end": "A term of {term} ends on {ends}, and the next one is charged on that day.",
    "effect.way_back": "To have that early payment back and end the subscription in {early}, with the current term, "
    "ask for a {refund} instead.",
    "effect.way_back.link": "refund",
    # How do I get a refund?
    "how.none": "Payments are not refunded under this policy.",
    "how.seller": "Our official seller is {merchant}. Under its {terms} ({edition}), you can ask for a refund "
    "{until}.",
    "how.seller.rules": "Our official seller is {merchant}. It sells under its {terms} ({edition}).",
    "how.edition": "version {version}, dated {date}",
    "how.edition.dated": "as of {date}",
    "how.until.any": "at any time",
    "how.until.days": "up to {length} after the date of the order",
    "how.until.hours": "up to {length} after the moment of the order",
    "how.until.for": "{until} for {kind}",
    "how.first_purchases": "first purchases",
    "how.renewals": "automatic renewals",
    "how.renewal_date": "For a renewal, the date of the order is the day on which it was charged.",
    "how.renewal_moment": "For a renewal, the moment of the order is that of its charge.",
    "how.day0": "The day of the order itself is not counted, and the last day counts until midnight.",
    "how.hours": "The hours run from the moment of the order.",
    "how.windows": "These time limits apply:",
    "how.example": "For an order of {ordered}, the last day to ask is {last}; the day after that is too late.",
    "how.example.window": "Counted from {ordered}, the last day of a period of {length} is {last}.",
    "how.kinds": "Refunds cover {kinds}, in each case for the latest term you have paid for.",
    "how.kinds.any": "Refunds cover {kinds}.",
    "how.others": "If someone else took the payment (an app store, a shop, a provider), please ask them for the "
    "refund.",
    "how.kind.initial": "payments for a purchase {store}",
    "how.kind.renewal": "automatic renewal payments",
    "how.depends": "Whether a payment is refunded, and how much of it, depends on the case.",
    "how.rules": "These are the rules, in the order in which they are tried. The first that fits decides.",
    "how.ask": "You can ask for a refund:",
    "how.ask.account": "in your {account}",
    "how.ask.support": "through {support}",
    "how.ask.form": "without signing in, with the {form}",
    "how.ask.form.link": "refund form",
    "how.have": "Please have the following at hand:",
    "how.have.date": "the date of purchase",
    "how.have.person.name": "the name given with the purchase",
    "how.have.person.email": "the e-mail address given with the purchase",
    "how.have.person.both": "the name and e-mail address given with the purchase",
    "how.have.number": "the order number",
    # What happens when I request a refund?
    "outcome.check.specialist": "A support specialist checks that what you told us matches the order and that the "
    "request meets the rules. You will hear from us within {length:dat}.",
    "outcome.check.policy": "We check that what you told us matches the order and that the request meets the rules. "
    "You will hear from us within {length:dat}.",
    "outcome.ask": "If something is missing or does not match, we ask you about it. Your request keeps the date on "
    "which it first reached us.",
    "outcome.denied": "If a rule stands in the way of a refund, we tell you which one, and the dates we used.",
    "outcome.paid.full": "If the refund is confirmed, we initiate it: the full amount is paid {to}, and it is "
    "credited to you within {credit:dat} of the initiation.",
    "outcome.paid.rule": "If the refund is confirmed, we initiate it: the amount that the rule gives is paid {to}, "
    "and it is credited to you within {credit:dat} of the initiation.",
    "outcome.canceled": "Once the refund has been initiated, the subscription is canceled:",
    "outcome.canceled.most": "Once the refund has been initiated, the subscription is canceled, unless the rule that "
    "decided leaves access as it is. That rule says how long you keep access.",
    "outcome.canceled.none": "A refund leaves the subscription as it is.",
    "outcome.canceled.rule": "Once the refund has been initiated, the subscription is canceled. The rule that "
    "decided says how long you keep access.",
    "outcome.initial.running": "A first purchase with an active subscription: {access}.",
    "outcome.renewal.running": "A renewal whose term has begun: {access}.",
    "outcome.renewal.upcoming": "A renewal whose term has not yet begun: {access}.",
    "outcome.renewal.upcoming.early": "A renewal whose term has not yet begun, that is, in the {early} between its "
    "charge and its start: {access}.",
    "outcome.over": "A subscription that has already ended: only the money is paid back.",
    "outcome.access.ends_now": "the subscription expires at once",
    "outcome.access.keep_current_term": "the next term does not start, and the current term continues in full until "
    "its own end",
    "outcome.access.unchanged": "access stays as it is",
    "outcome.answer": "You receive an answer within {length:dat}, with the rule it follows.",
    "outcome.paid.exception": "Where money is paid back all the same, by an exception or by law, it is credited to "
    "you within {credit:dat} of the initiation of the refund.",
    "outcome.rules": "These are the rules, in the order in which they are tried. The first that fits decides.",
    # What rights does the law give me?
    "law.more": "The law may give you more than this policy. You then get the better of the two.",
    "law.general": "Depending on where you live, the laws that we take into account include:",
    "law.general.item": "{places}: {title}{begins}",
    "law.begins.announced": ", announced for {date}",
    "law.begins": ", from {date} on",
    "law.each": "{title} ({source}), for consumers {places}{begins}:",
    "law.each.all": "{title} ({source}), for customers {places}{begins}:",
    # The page around it
    "page.older": "This is an older version",
    "page.older.says": "Version {version} judges orders that were placed while it was in force.",
    "page.older.link": "Read the version in force now",
    "page.contents": "On this page",
    "page.contact": "Contact",
    "page.contact.email": "By e-mail",
    "page.contact.phone": "By phone",
    "page.contact.web": "On the web",
    "page.contact.pages": "Support pages",
    "page.contact.account": "Your subscription",
    "page.contact.account.says": "Cancel or ask for a refund in your account",
    "page.contact.form": "Refund form",
    "page.contact.form.says": "Without signing in",
    "page.versions": "Versions:",
    "page.document": "Document",
    "page.language": "Language",
}
