"""German: what a policy says besides its clauses, and what laws say."""

from __future__ import annotations

POLICY = {
    # Which document
    "head.version": "Richtlinie {name}, Version {version}, in Kraft seit dem {date}.",
    "head.seller": "Unser offizieller Verkäufer ist {merchant}. Der Verkauf erfolgt nach diesen Bedingungen: {terms} "
    "(Version {version}, Stand {date}).",
    "head.sold_in": "Die Richtlinie ist für Kundinnen und Kunden {places} bestimmt.",
    "head.sold_everywhere": "Die Richtlinie ist für Kundinnen und Kunden an allen Orten bestimmt.",
    # Counting
    "count.zone.buyer": "Tage werden in der Zeitzone Ihrer Bestellung gezählt; hat die Bestellung keine, in {zone}.",
    "count.zone.own": "Tage werden in der Zeitzone {zone} gezählt.",
    "count.business": "Arbeitstage sind alle Tage außer {days}.",
    "count.business.all": "Jeder Tag ist ein Arbeitstag.",
    "weekday": "{day}",
    "holidays.ecb": "den Schließtagen der Europäischen Zentralbank",
    "holidays.place": "den gesetzlichen Feiertagen {place}",
    "holidays.buyer": "den gesetzlichen Feiertagen am Wohnort",
    # Windows, in sentences of their own
    "window.day0": "Der Tag, ab dem gezählt wird, ist Tag 0",
    "window.inclusive": "{day0}, und der letzte Tag zählt bis Mitternacht.",
    "window.exclusive": "{day0}, und der letzte Tag zählt nicht mehr.",
    "window.hours": "Die Stunden laufen ab genau diesem Zeitpunkt.",
    "window.backward": "Der erste und der letzte Tag zählen mit.",
    "window.working_day": "Ist der letzte Tag kein Arbeitstag, so ist es der nächste Arbeitstag.",
    # Facts that have to be known
    "needs.asked": "Wo eine Regel davon abhängt, fragen wir: {question}",
    "needs.asked.absent": "Wo eine Regel davon abhängt, fragen wir: {question} Solange nichts bekannt ist, gehen wir "
    "davon aus, dass {condition}.",
    "needs.absent": "Solange nichts bekannt ist, gehen wir davon aus, dass {condition}.",
    # Renewing
    "renew.ahead": "{length} vor dem Ende der aktuellen Laufzeit",
    "renew.at_end": "am Ende der aktuellen Laufzeit",
    "renew.charged": "Der Preis einer Verlängerung wird {ahead} abgebucht.",
    "renew.told": "Wir weisen Sie vorher per E-Mail darauf hin:",
    "renew.told.row": "bei {whose}: {ahead}",
    "renew.depends": "Wann der Preis einer Verlängerung abgebucht wird und wann wir Sie darauf hinweisen, hängt von "
    "der Laufzeit ab:",
    "renew.depends.row": "bei {whose}: Abbuchung {charged}, Hinweis per E-Mail {told}",
    "renew.terms.from": "Laufzeiten von {length:dat} oder mehr",
    "renew.terms.shorter": "kürzeren Laufzeiten ab {length:dat}",
    "renew.terms.region": "{terms} {places}",
    "renew.notice": "Dieser Hinweis kommt mindestens {length} vor der Abbuchung.",
    "renew.retry": "Kommt diese Zahlung nicht zustande, versuchen wir es nach {lengths:dat} erneut, solange die "
    "Laufzeit noch andauert.",
    "renew.retry.for": "Kommt die Zahlung bei {whose} nicht zustande, versuchen wir es nach {lengths:dat} erneut, "
    "solange die Laufzeit noch andauert.",
    "dispute.renewal.stops": "Solange Sie eine Zahlung bei Ihrer Bank bestreiten, wird nichts weiter abgebucht.",
    "dispute.renewal.goes_on": "Solange Sie eine Zahlung bei Ihrer Bank bestreiten, werden Verlängerungen "
    "wie gewohnt abgebucht.",
    "dispute.lost.ends_access": "Entscheidet Ihre Bank zu Ihren Gunsten, gilt die Zahlung als erstattet: Was "
    "sie bezahlt hat, endet.",
    "dispute.lost.keeps_access": "Entscheidet Ihre Bank zu Ihren Gunsten, bleibt Ihr Zugang, wie er ist.",
    "price.notice": "Steigt der Preis einer Verlängerung, teilen wir Ihnen das mindestens {length} vor der Abbuchung "
    "mit. Erfahren Sie es später, wird noch einmal der alte Preis abgebucht.",
    "price.notice.none": "Steigt der Preis einer Verlängerung, teilen wir Ihnen das vor der Abbuchung mit.",
    "price.consent.needed": "Ein höherer Preis gilt nur mit Ihrer Zustimmung; ohne sie endet das Abonnement mit der "
    "aktuellen Laufzeit.",
    "price.consent.not_needed": "Wenn Sie den höheren Preis nicht möchten, können Sie vor der Abbuchung kündigen.",
    # Canceling
    "cancel.channels": "Sie können {ways} kündigen.",
    "cancel.way.account": "in Ihrem Kundenkonto",
    "cancel.way.support": "über den Kundendienst",
    "cancel.way.public_page": "auf einer öffentlichen Seite ohne Anmeldung",
    "cancel.undo.until_the_end": "Sie können eine Kündigung zurücknehmen, solange das Abonnement noch läuft.",
    "cancel.undo.never": "Eine Kündigung kann nicht zurückgenommen werden.",
    # Asking for a refund
    "refund.channels": "Sie können eine Erstattung {ways} beantragen.",
    "refund.way.account": "in Ihrem Kundenkonto",
    "refund.way.support": "über den Kundendienst",
    "refund.way.public_form": "mit einem öffentlichen Formular ohne Anmeldung",
    "verify.must_match": "Folgendes muss mit der Bestellung übereinstimmen: {facts}.",
    "verify.corroborates": "Folgendes dient nur zur Bestätigung: {facts}.",
    "verify.order_number": "die Bestellnummer",
    "verify.email": "die E-Mail-Adresse",
    "verify.name": "der Name",
    "verify.purchase_date": "das Kaufdatum",
    "verify.purchase_date.tolerance": "das Kaufdatum (es darf um {length} abweichen)",
    "verify.loosely": "{fact} (Groß- und Kleinschreibung, Leerzeichen, Satzzeichen und Akzente spielen keine Rolle)",
    "verify.wrong": "Stimmt etwas nicht überein, fragen wir nach; das allein führt nie zu einer Ablehnung.",
    # Deciding and paying
    "decide.specialist": "Die Regeln schlagen vor, eine Fachkraft bestätigt.",
    "decide.policy": "Was die Regeln gewähren, wird von selbst genehmigt; über alles andere entscheidet ein Mensch.",
    "decide.within": "Sie erhalten innerhalb von {length:dat} eine Antwort.",
    "credit.within": "Das Geld wird Ihnen innerhalb von {length:dat} nach der Anweisung der Erstattung "
    "gutgeschrieben.",
    "second.above": "Erstattungen von mehr als {amounts} und Erstattungen in jeder anderen Währung müssen von einer "
    "zweiten Person bestätigt werden.",
    "second.always": "Jede Erstattung muss von einer zweiten Person bestätigt werden.",
    "goodwill.until": "Wo die Regeln keine Erstattung vorsehen, können wir aus Kulanz dennoch erstatten: bis zu "
    "{length} nach der Bestellung und bis zu {percent} Prozent der Zahlung. Darauf besteht kein Anspruch.",
    "goodwill.second.always": "Eine Erstattung aus Kulanz muss immer von einer zweiten Person bestätigt werden.",
    "goodwill.second.by_amount": "Oberhalb der genannten Beträge muss eine Erstattung aus Kulanz von einer zweiten "
    "Person bestätigt werden.",
    "to.original_method": "auf das von Ihnen genutzte Zahlungsmittel",
    "to.credit": "als Guthaben bei uns",
    "to.by_agreement": "auf einem Weg, den wir mit Ihnen vereinbaren",
    "to.usual": "{usual} oder, wo das nicht geht, {others}",
    "to.says": "Das Geld wird {to} gezahlt.",
    "tax.refunded": "Die Steuer wird mit dem Preis erstattet.",
    "tax.kept": "Die Steuer wird nicht erstattet.",
    # Laws
    "law.applies": "{title} ({source}), {places}, für Anträge ab dem {date}",
    "law.until": "{law} und vor dem {date}",
    "law.contracts": "{law}, und für Verträge, die am {date} oder später geschlossen wurden",
    "law.consumers": "{law}; für Verbraucherinnen und Verbraucher",
    "law.announced": "{law}; angekündigt, noch nicht sicher",
    "law.right": "{article}: {says}",
    "law.notice": "Eine Verlängerung ist zwischen {opens:dat} und {closes:dat} {before} anzukündigen ({article}).",
    "law.notice.when": "{conditions}, ist eine Verlängerung zwischen {opens:dat} und {closes:dat} {before} "
    "anzukündigen ({article}).",
    # Explaining a document
    "explain.document": "Das Dokument",
    "explain.counting": "Zählweise",
    "explain.renewing": "Verlängerung",
    "explain.canceling": "Kündigung",
    "explain.asking": "Erstattung beantragen",
    "explain.deciding": "Entscheidung und Auszahlung",
    "explain.rules": "Regeln für Erstattungen in der Reihenfolge, in der sie geprüft werden; die erste, die zutrifft, "
    "entscheidet",
    "explain.laws": "Gesetze, die daneben gelten",
    "explain.own": "Im Dokument steht: {says}",
    "explain.line": "Zeile {line}",
    "explain.no_laws": "Keines der Gesetze, die goodterms kennt.",
}
