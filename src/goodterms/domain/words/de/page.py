"""German: the public page about cancellations and refunds."""

from __future__ import annotations

PAGE = {
    # What the page calls things
    "place.account": "Kundenkonto",
    "place.account.named": "Kundenkonto bei {company}",
    "place.support": "unseren Kundendienst",
    "place.support.named": "den Kundendienst von {company}",
    "place.store": "in unserem Online-Shop",
    "place.store.named": "im Online-Shop von {company}",
    # Headings
    "title": "Kündigung und Erstattung",
    "heading.cancel": "Wie kann ich mein Abonnement kündigen?",
    "heading.effect": "Was passiert, wenn ich mein Abonnement kündige?",
    "heading.refund": "Wie bekomme ich eine Erstattung?",
    "heading.outcome": "Was passiert, wenn ich eine Erstattung beantrage?",
    "heading.law": "Welche Rechte gibt mir das Gesetz?",
    "example": "Ein Beispiel",
    "example.lead": "Beispiel: {example}",
    "rule.line": "{name}: {says}",
    # Introduction
    "intro.renews": "Ihr Abonnement verlängert sich von selbst: Endet eine bezahlte Laufzeit, beginnt die nächste "
    "von gleicher Länge, und so weiter, bis Sie kündigen. Wenn Sie keine weitere Laufzeit möchten, brauchen Sie nur "
    "zu kündigen.",
    "intro.both": "Durch die Kündigung allein wird nichts erstattet. Wenn Sie das Geld für die letzte bezahlte "
    "Laufzeit zurückhaben möchten, beantragen Sie eine Erstattung. Beides ist hier Schritt für Schritt erklärt, mit "
    "den Fristen und Zahlen, nach denen wir uns richten.",
    "intro.both.any": "Durch die Kündigung allein wird nichts erstattet. Wenn Sie Geld zurückhaben möchten, "
    "beantragen Sie eine Erstattung. Beides ist hier Schritt für Schritt erklärt, mit den Fristen und Zahlen, nach "
    "denen wir uns richten.",
    "intro.some": "Ob und wie viel Geld erstattet wird, hängt vom Fall ab. Alles ist hier Schritt für Schritt "
    "erklärt, mit den Fristen und Zahlen, nach denen wir uns richten.",
    "intro.none": "Durch die Kündigung wird nichts erstattet.",
    # How can I cancel my subscription?
    "cancel.ways.1": "Für die Kündigung gibt es einen Weg.",
    "cancel.ways.2": "Für die Kündigung gibt es zwei Wege.",
    "cancel.ways.3": "Für die Kündigung gibt es drei Wege.",
    "cancel.free": "Sie können jederzeit und ohne Angabe von Gründen kündigen.",
    "cancel.confirm": "Bevor Sie bestätigt haben, ändert sich nichts. Danach teilen wir Ihnen das Datum mit, an dem "
    "Ihr Zugang endet.",
    "cancel.account": "In Ihrem {account}:",
    "cancel.step.sign_in": "Melden Sie sich in Ihrem {account} an.",
    "cancel.step.page": "Öffnen Sie die Seite Ihres {subscription}.",
    "cancel.step.page.link": "Abonnements",
    "cancel.step.manage": "Wählen Sie „Abonnement verwalten“ (Schaltfläche „{button}“).",
    "cancel.step.confirm": "Wählen Sie „Abonnement kündigen“ (Schaltfläche „{button}“), lesen Sie, was das bewirkt, "
    "und bestätigen Sie.",
    "cancel.support": "Über {support}: Sagen Sie, welches Abonnement enden soll; es wird dann für Sie gekündigt, mit "
    "derselben Wirkung.",
    "cancel.public": "Ohne Anmeldung, auf unserer {page}.",
    "cancel.public.link": "Kündigungsseite",
    # What happens if I cancel my subscription?
    "effect.stops": "Mit der Kündigung enden die automatischen Abbuchungen für spätere Laufzeiten. Die bezahlte "
    "Laufzeit steht Ihnen bis zu ihrem Ende in vollem Umfang zu. Danach endet das Abonnement von selbst, und es wird "
    "nichts mehr abgebucht.",
    "effect.future": "Die Kündigung betrifft nur Zahlungen, die noch ausstehen. Von einer bereits geleisteten "
    "Zahlung wird durch sie nichts erstattet.",
    "effect.stops.only": "Mit der Kündigung enden die automatischen Abbuchungen für spätere Laufzeiten.",
    "effect.depends": "Was die Kündigung für den Zugang und für bereits geleistete Zahlungen bedeutet, hängt vom Fall "
    "ab. Dies sind die Regeln in der Reihenfolge, in der sie geprüft werden. Die erste, die zutrifft, entscheidet.",
    "effect.early": "Wegen dieser frühen Abbuchung kann die nächste Laufzeit schon bezahlt sein, wenn Sie kündigen. "
    "Das Abonnement läuft dann bis zum Ende dieser nächsten Laufzeit weiter.",
    "effect.early.rules": "Wegen dieser frühen Abbuchung kann die nächste Laufzeit schon bezahlt sein, wenn Sie "
    "kündigen. Was dann gilt, sagen die Regeln oben.",
    "effect.example": "Eine Laufzeit von {term:dat} endet am {ends}. Der Preis der nächsten wird {early} vorher "
    "abgebucht, am {charged}. Wenn Sie an diesem Tag nach der Abbuchung kündigen, endet das Abonnement am "
    "{next_ends}: {both} später.",
    "effect.example.charge": "Eine Laufzeit von {term:dat} endet am {ends}. Der Preis der nächsten wird {early} "
    "vorher abgebucht, am {charged}.",
    "effect.example.no_lead": "Eine Laufzeit von {term:dat} endet am {ends}. Wenn Sie vorher kündigen, endet das "
    "Abonnement an diesem Tag, und für die nächste Laufzeit wird nichts abgebucht.",
    "effect.example.at_end": "Eine Laufzeit von {term:dat} endet am {ends}, und der Preis der nächsten wird an diesem "
    "Tag abgebucht.",
    "effect.way_back": "Wenn Sie diese frühe Zahlung zurückhaben und das Abonnement in {early:dat}, mit der aktuellen "
    "Laufzeit, beenden möchten, beantragen Sie stattdessen eine {refund}.",
    "effect.way_back.link": "Erstattung",
    # How do I get a refund?
    "how.none": "Zahlungen werden nach dieser Richtlinie nicht erstattet.",
    "how.seller": "Unser offizieller Verkäufer ist {merchant}. Nach dessen Bedingungen, „{terms}“ ({edition}), können "
    "Sie {until} eine Erstattung beantragen.",
    "how.seller.rules": "Unser offizieller Verkäufer ist {merchant}. Es gelten dessen Bedingungen, „{terms}“ "
    "({edition}).",
    "how.edition": "Version {version}, Stand {date}",
    "how.edition.dated": "Stand {date}",
    "how.until.any": "jederzeit",
    "how.until.days": "bis zu {length} nach dem Datum der Bestellung",
    "how.until.hours": "bis zu {length} nach dem Zeitpunkt der Bestellung",
    "how.until.for": "{until} für {kind}",
    "how.first_purchases": "Erstkäufe",
    "how.renewals": "automatische Verlängerungen",
    "how.renewal_date": "Bei einer Verlängerung ist das Datum der Bestellung der Tag der Abbuchung.",
    "how.renewal_moment": "Bei einer Verlängerung ist der Zeitpunkt der Bestellung der Zeitpunkt der Abbuchung.",
    "how.day0": "Der Tag der Bestellung selbst zählt nicht mit, und der letzte Tag zählt bis Mitternacht.",
    "how.hours": "Die Stunden laufen ab dem Zeitpunkt der Bestellung.",
    "how.windows": "Diese Fristen gelten:",
    "how.example": "Bei einer Bestellung vom {ordered} ist der {last} der letzte Tag, an dem Sie die Erstattung "
    "beantragen können; am Tag danach ist es zu spät.",
    "how.example.window": "Wird ab dem {ordered} gezählt, ist der {last} der letzte Tag einer Frist von {length:dat}.",
    "how.kinds": "Erstattet werden {kinds}, jeweils für die letzte bezahlte Laufzeit.",
    "how.kinds.any": "Erstattet werden {kinds}.",
    "how.others": "Hat jemand anderes die Zahlung eingezogen (ein App-Store, ein Geschäft, ein Anbieter), wenden Sie "
    "sich wegen der Erstattung bitte dorthin.",
    "how.kind.initial": "Zahlungen für einen Kauf {store}",
    "how.kind.renewal": "automatische Zahlungen für eine Verlängerung",
    "how.depends": "Ob und in welcher Höhe eine Zahlung erstattet wird, hängt vom Fall ab.",
    "how.rules": "Dies sind die Regeln in der Reihenfolge, in der sie geprüft werden. Die erste, die zutrifft, "
    "entscheidet.",
    "how.ask": "So können Sie eine Erstattung beantragen:",
    "how.ask.account": "in Ihrem {account}",
    "how.ask.support": "über {support}",
    "how.ask.form": "ohne Anmeldung, mit dem {form}",
    "how.ask.form.link": "Erstattungsformular",
    "how.have": "Bitte halten Sie bereit:",
    "how.have.date": "das Kaufdatum",
    "how.have.person.name": "den beim Kauf angegebenen Namen",
    "how.have.person.email": "die beim Kauf angegebene E-Mail-Adresse",
    "how.have.person.both": "den Namen und die E-Mail-Adresse, die Sie beim Kauf angegeben haben",
    "how.have.number": "die Bestellnummer",
    # What happens when I request a refund?
    "outcome.check.specialist": "Eine Fachkraft unseres Kundendienstes prüft, ob Ihre Angaben mit der Bestellung "
    "übereinstimmen und die Voraussetzungen für eine Erstattung erfüllt sind. Sie hören innerhalb von {length:dat} "
    "von uns.",
    "outcome.check.policy": "Wir prüfen, ob Ihre Angaben mit der Bestellung übereinstimmen und die Voraussetzungen "
    "für eine Erstattung erfüllt sind. Sie hören innerhalb von {length:dat} von uns.",
    "outcome.ask": "Fehlt etwas oder stimmt etwas nicht überein, fragen wir nach. Für Ihren Antrag zählt weiterhin "
    "der Tag, an dem er uns zuerst erreicht hat.",
    "outcome.denied": "Steht eine Regel der Erstattung entgegen, nennen wir Ihnen diese Regel und die Daten, von "
    "denen wir ausgegangen sind.",
    "outcome.paid.full": "Ist die Erstattung bestätigt, weisen wir sie an: Der volle Betrag wird {to} gezahlt und "
    "Ihnen innerhalb von {credit:dat} nach der Anweisung gutgeschrieben.",
    "outcome.paid.rule": "Ist die Erstattung bestätigt, weisen wir sie an: Der Betrag, den die Regel vorsieht, wird "
    "{to} gezahlt und Ihnen innerhalb von {credit:dat} nach der Anweisung gutgeschrieben.",
    "outcome.canceled": "Sobald die Erstattung angewiesen ist, wird das Abonnement beendet:",
    "outcome.canceled.most": "Sobald die Erstattung angewiesen ist, wird das Abonnement beendet, außer wenn die "
    "Regel, die entschieden hat, den Zugang unverändert lässt. Wie lange Sie noch Zugang haben, sagt diese Regel.",
    "outcome.canceled.none": "Eine Erstattung lässt das Abonnement unverändert.",
    "outcome.canceled.rule": "Sobald die Erstattung angewiesen ist, wird das Abonnement beendet. Wie lange Sie noch "
    "Zugang haben, sagt die Regel, die entschieden hat.",
    "outcome.initial.running": "Erstkauf mit aktivem Abonnement: {access}.",
    "outcome.renewal.running": "Verlängerung, deren Laufzeit begonnen hat: {access}.",
    "outcome.renewal.upcoming": "Verlängerung, deren Laufzeit noch nicht begonnen hat: {access}.",
    "outcome.renewal.upcoming.early": "Verlängerung, deren Laufzeit noch nicht begonnen hat, also in den {early:dat} "
    "zwischen Abbuchung und Beginn: {access}.",
    "outcome.over": "Abonnement, das schon abgelaufen ist: Nur das Geld wird erstattet.",
    "outcome.access.ends_now": "Das Abonnement endet sofort",
    "outcome.access.keep_current_term": "Die nächste Laufzeit beginnt nicht, und die aktuelle läuft in vollem Umfang "
    "bis zu ihrem eigenen Ende weiter",
    "outcome.access.unchanged": "Der Zugang bleibt, wie er ist",
    "outcome.answer": "Sie erhalten innerhalb von {length:dat} eine Antwort mit der Regel, auf der sie beruht.",
    "outcome.paid.exception": "Wird aus Kulanz oder von Gesetzes wegen dennoch Geld erstattet, wird es Ihnen "
    "innerhalb von {credit:dat} nach der Anweisung der Erstattung gutgeschrieben.",
    "outcome.rules": "Dies sind die Regeln in der Reihenfolge, in der sie geprüft werden. Die erste, die zutrifft, "
    "entscheidet.",
    # What rights does the law give me?
    "law.more": "Das Gesetz kann Ihnen mehr geben als diese Richtlinie. Dann gilt das, was für Sie günstiger ist.",
    "law.general": "Je nachdem, wo Sie wohnen, berücksichtigen wir unter anderem diese Gesetze:",
    "law.general.item": "{places}: {title}{begins}",
    "law.begins.announced": ", angekündigt für den {date}",
    "law.begins": ", ab dem {date}",
    "law.each": "{title} ({source}), für Verbraucherinnen und Verbraucher {places}{begins}:",
    "law.each.all": "{title} ({source}), für Kundinnen und Kunden {places}{begins}:",
    # The page around it
    "page.older": "Dies ist eine ältere Version",
    "page.older.says": "Nach Version {version} werden Bestellungen beurteilt, die aufgegeben wurden, als sie in "
    "Kraft war.",
    "page.older.link": "Zur jetzt geltenden Version",
    "page.contents": "Auf dieser Seite",
    "page.contact": "Kontakt",
    "page.contact.email": "Per E-Mail",
    "page.contact.phone": "Per Telefon",
    "page.contact.web": "Im Internet",
    "page.contact.pages": "Hilfeseiten",
    "page.contact.account": "Ihr Abonnement",
    "page.contact.account.says": "Im Kundenkonto kündigen oder eine Erstattung beantragen",
    "page.contact.form": "Erstattungsformular",
    "page.contact.form.says": "Ohne Anmeldung",
    "page.versions": "Versionen:",
    "page.document": "Dokument",
    "page.language": "Sprache",
}
