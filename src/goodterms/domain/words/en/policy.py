"""English: what a policy says besides its clauses, and what laws say."""

from __future__ import annotations

POLICY = {
    # Which document
    "head.version": "Policy {name}, version {version}, in force since {date}.",
    "head.seller": "Our official seller is {merchant}. It sells under its {terms} (version {version}, dated {date}).",
    "head.sold_in": "The policy is meant for customers {places}.",
    "head.sold_everywhere": "The policy is meant for customers everywhere.",
    # Counting
    "count.zone.buyer": "Days are counted in the time zone of your order, and in {zone} where the order has none.",
    "count.zone.own": "Days are counted in the time zone {zone}.",
    "count.business": "Business days are all days except {days}.",
    "count.business.all": "Every day is a business day.",
    "weekday": "{day}",
    "holidays.ecb": "the closing days of the European Central Bank",
    "holidays.place": "the public holidays {place}",
    "holidays.buyer": "the public holidays in the buyer’s country",
    # Windows, in sentences of their own
    "window.day0": "The day it is counted from is day 0",
    "window.inclusive": "{day0}, and the last day counts until midnight.",
    "window.exclusive": "{day0}, and the last day no longer counts.",
    "window.hours": "The hours run from that very moment.",
    "window.backward": "The first and the last day are both inside.",
    "window.working_day": "If the last day is not a business day, the next business day is the last one.",
    # Facts that have to be known
    "needs.asked": "Where a rule depends on it, we ask: {question}",
    "needs.asked.absent": "Where a rule depends on it, we ask: {question} As long as nothing is known, we take it "
    "that {condition}.",
    "needs.absent": "As long as nothing is known, we take it that {condition}.",
    # Renewing
    "renew.ahead": "{length} before the current term ends",
    "renew.at_end": "when the current term ends",
    "renew.charged": "A renewal is charged {ahead}.",
    "renew.told": "We let you know by e-mail beforehand:",
    "renew.told.row": "for {whose}: {ahead}",
    "renew.depends": "When a renewal is charged, and when we let you know, depends on the term:",
    "renew.depends.row": "for {whose}: we charge {charged} and let you know by e-mail {told}",
    "renew.terms.from": "terms of {length} or longer",
    "renew.terms.shorter": "shorter terms of at least {length}",
    "renew.terms.region": "{terms} {places}",
    "renew.notice": "That message comes at least {length} before the charge.",
    "renew.retry": "If that payment does not go through, we try again {lengths} later, as long as the current term "
    "lasts.",
    "renew.retry.for": "If the payment for {whose} does not go through, we try again {lengths} later, as long as the "
    "current term lasts.",
    "dispute.renewal.stops": "While you dispute a payment with your bank, nothing more is charged.",
    "dispute.renewal.goes_on": "While you dispute a payment with your bank, renewals are charged as usual.",
    "dispute.lost.ends_access": "If your bank decides in your favor, the payment is treated as one that was "
    "refunded: what it paid for ends.",
    "dispute.lost.keeps_access": "If your bank decides in your favor, your access stays as it is.",
    "price.notice": "If the price of a renewal rises, we tell you at least {length} before the charge. If we tell "
    "you later, the old price is charged once more.",
    "price.notice.none": "If the price of a renewal rises, we tell you before the charge.",
    "price.consent.needed": "A higher price needs your consent; without it the subscription ends with the current "
    "term.",
    "price.consent.not_needed": "If you do not want the higher price, you can cancel before the charge.",
    # Canceling
    "cancel.channels": "You can cancel {ways}.",
    "cancel.way.account": "in your account",
    "cancel.way.support": "through support",
    "cancel.way.public_page": "on a public page without signing in",
    "cancel.undo.until_the_end": "You can take back a cancellation for as long as the subscription is running.",
    "cancel.undo.never": "A cancellation can not be taken back.",
    # Asking for a refund
    "refund.channels": "You can ask for a refund {ways}.",
    "refund.way.account": "in your account",
    "refund.way.support": "through support",
    "refund.way.public_form": "with a public form, without signing in",
    "verify.must_match": "The following must match the order: {facts}.",
    "verify.corroborates": "The following only supports your request: {facts}.",
    "verify.order_number": "the order number",
    "verify.email": "the e-mail address",
    "verify.name": "the name",
    "verify.purchase_date": "the date of purchase",
    "verify.purchase_date.tolerance": "the date of purchase (it may be off by {length})",
    "verify.loosely": "{fact} (capitals, spaces, punctuation and accents do not matter)",
    "verify.wrong": "If something does not match, we ask you about it; that alone never leads to a refusal.",
    # Deciding and paying
    "decide.specialist": "The rules propose, and a specialist confirms.",
    "decide.policy": "What the rules grant is approved by itself; anything else is decided by a person.",
    "decide.within": "You will hear from us within {length:dat}.",
    "credit.within": "The money is credited to you within {length:dat} of the initiation of the refund.",
    "second.above": "A second person confirms refunds of more than {amounts}, and refunds in any other currency.",
    "second.always": "A second person confirms every refund.",
    "goodwill.until": "Where the rules give nothing, we may still make an exception: up to {length} after the order "
    "and up to {percent} percent of the payment. You are not entitled to one.",
    "goodwill.second.always": "A second person always confirms such an exception.",
    "goodwill.second.by_amount": "A second person confirms such an exception above the amounts named.",
    "to.original_method": "to the means of payment you used",
    "to.credit": "as a credit with us",
    "to.by_agreement": "in a way that we agree on with you",
    "to.usual": "{usual}, or else {others}",
    "to.says": "The money is paid {to}.",
    "tax.refunded": "Tax is paid back with the price.",
    "tax.kept": "Tax is not paid back.",
    # Laws
    "law.applies": "{title} ({source}), {places}, for requests from {date} on",
    "law.until": "{law} and before {date}",
    "law.contracts": "{law}, and for contracts made on {date} or later",
    "law.consumers": "{law}; for consumers",
    "law.announced": "{law}; announced, not yet certain",
    "law.right": "{article}: {says}",
    "law.notice": "A renewal has to be announced between {opens} and {closes} {before} ({article}).",
    "law.notice.when": "{conditions}, a renewal has to be announced between {opens} and {closes} {before} "
    "({article}).",
    # Explaining a document
    "explain.document": "The document",
    "explain.counting": "Counting",
    "explain.renewing": "Renewing",
    "explain.canceling": "Canceling",
    "explain.asking": "Asking for a refund",
    "explain.deciding": "Deciding and paying",
    "explain.rules": "Rules on refunds, in the order in which they are tried; the first that fits decides",
    "explain.laws": "Laws that apply besides",
    "explain.own": "The document says: {says}",
    "explain.line": "line {line}",
    "explain.no_laws": "None of the laws that goodterms knows.",
}
