"""French: what a policy says besides its clauses, and what laws say."""

from __future__ import annotations

POLICY = {
    # Which document
    "head.version": "Politique {name}, version {version}, en vigueur depuis le {date}.",
    "head.seller": "Notre vendeur officiel est {merchant}. La vente suit les conditions suivantes : {terms} (version "
    "{version}, du {date}).",
    "head.sold_in": "La politique s’adresse aux clients qui résident {places}.",
    "head.sold_everywhere": "La politique s’adresse aux clients du monde entier.",
    # Counting
    "count.zone.buyer": "Les jours sont comptés dans le fuseau horaire de votre commande et, si la commande n’en "
    "indique pas, dans le fuseau {zone}.",
    "count.zone.own": "Les jours sont comptés dans le fuseau horaire {zone}.",
    "count.business": "Les jours ouvrés sont tous les jours sauf {days}.",
    "count.business.all": "Chaque jour est un jour ouvré.",
    "weekday": "le {day}",
    "holidays.ecb": "les jours de fermeture de la Banque centrale européenne",
    "holidays.place": "les jours fériés {place}",
    "holidays.buyer": "les jours fériés du pays de l’acheteur",
    # Windows, in sentences of their own
    "window.day0": "Le jour à compter duquel court le délai est le jour 0",
    "window.inclusive": "{day0}, et le dernier jour compte jusqu’à minuit.",
    "window.exclusive": "{day0}, et le dernier jour ne compte plus.",
    "window.hours": "Les heures courent à partir de cet instant précis.",
    "window.backward": "Le premier et le dernier jour sont compris.",
    "window.working_day": "Si le dernier jour n’est pas un jour ouvré, le délai court jusqu’au jour ouvré suivant.",
    # Facts that have to be known
    "needs.asked": "Lorsqu’une règle en dépend, nous demandons : {question}",
    "needs.asked.absent": "Lorsqu’une règle en dépend, nous demandons : {question} Tant que rien n’est connu, nous "
    "considérons que {condition}.",
    "needs.absent": "Tant que rien n’est connu, nous considérons que {condition}.",
    # Renewing
    "renew.ahead": "{length} avant la fin de la période en cours",
    "renew.at_end": "à la fin de la période en cours",
    "renew.charged": "Le prix d’une reconduction est prélevé {ahead}.",
    "renew.told": "Nous vous prévenons auparavant par e-mail :",
    "renew.told.row": "pour les {whose} : {ahead}",
    "renew.depends": "La date du prélèvement d’une reconduction et celle de l’avis que nous vous envoyons dépendent "
    "de la période :",
    "renew.depends.row": "pour les {whose} : prélèvement {charged}, avis par e-mail {told}",
    "renew.terms.from": "périodes de {length} ou plus",
    "renew.terms.shorter": "périodes plus courtes, d’au moins {length}",
    "renew.terms.region": "{terms} {places}",
    "renew.notice": "Cet avis précède le prélèvement d’au moins {length}.",
    "renew.retry": "Si ce paiement n’aboutit pas, nous réessayons {lengths} plus tard, tant que la période est en "
    "cours.",
    "renew.retry.for": "Si le paiement pour les {whose} n’aboutit pas, nous réessayons {lengths} plus tard, tant que "
    "la période est en cours.",
    "dispute.renewal.stops": "Tant que vous contestez un paiement auprès de votre banque, rien d’autre n’est prélevé.",
    "dispute.renewal.goes_on": "Tant que vous contestez un paiement auprès de votre banque, les "
    "reconductions sont prélevées comme d’habitude.",
    "dispute.lost.ends_access": "Si votre banque vous donne raison, le paiement est traité comme remboursé : "
    "ce qu’il a payé prend fin.",
    "dispute.lost.keeps_access": "Si votre banque vous donne raison, votre accès reste inchangé.",
    "price.notice": "Si le prix d’une reconduction augmente, nous vous en informons au moins {length} avant le "
    "prélèvement. Si nous le faisons plus tard, l’ancien prix est prélevé encore une fois.",
    "price.notice.none": "Si le prix d’une reconduction augmente, nous vous en informons avant le prélèvement.",
    "price.consent.needed": "Un prix plus élevé exige votre accord ; sans lui, l’abonnement prend fin avec la "
    "période en cours.",
    "price.consent.not_needed": "Si vous ne voulez pas du prix plus élevé, vous pouvez résilier avant le prélèvement.",
    # Canceling
    "cancel.channels": "Vous pouvez résilier {ways}.",
    "cancel.way.account": "dans votre compte client",
    "cancel.way.support": "auprès du service client",
    "cancel.way.public_page": "sur une page publique, sans connexion",
    "cancel.undo.until_the_end": "Vous pouvez revenir sur une résiliation tant que l’abonnement est en cours.",
    "cancel.undo.never": "Une résiliation ne peut pas être annulée.",
    # Asking for a refund
    "refund.channels": "Vous pouvez demander un remboursement {ways}.",
    "refund.way.account": "dans votre compte client",
    "refund.way.support": "auprès du service client",
    "refund.way.public_form": "avec un formulaire public, sans connexion",
    "verify.must_match": "Ce qui doit concorder avec la commande : {facts}.",
    "verify.corroborates": "Ce qui sert seulement de confirmation : {facts}.",
    "verify.order_number": "le numéro de commande",
    "verify.email": "l’adresse e-mail",
    "verify.name": "le nom",
    "verify.purchase_date": "la date d’achat",
    "verify.purchase_date.tolerance": "la date d’achat (un écart de {length} est admis)",
    "verify.loosely": "{fact} (majuscules, espaces, ponctuation et accents sont sans importance)",
    "verify.wrong": "Si quelque chose ne concorde pas, nous vous posons la question ; ce n’est jamais à lui seul un "
    "motif de refus.",
    # Deciding and paying
    "decide.specialist": "Les règles proposent, un spécialiste confirme.",
    "decide.policy": "Ce que les règles accordent est approuvé automatiquement ; une personne décide du reste.",
    "decide.within": "Vous recevez une réponse dans un délai de {length:dat}.",
    "credit.within": "L’argent vous est crédité dans un délai de {length:dat} à compter du lancement du "
    "remboursement.",
    "second.above": "Une deuxième personne confirme les remboursements de plus de {amounts} et ceux dans toute autre "
    "devise.",
    "second.always": "Une deuxième personne confirme chaque remboursement.",
    "goodwill.until": "Lorsque les règles ne prévoient pas de remboursement, nous pouvons tout de même faire un geste "
    "commercial : jusqu’à {length} après la commande et jusqu’à {percent} % du paiement. Il ne s’agit pas d’un droit.",
    "goodwill.second.always": "Une deuxième personne confirme toujours un tel geste.",
    "goodwill.second.by_amount": "Au-dessus des montants indiqués, une deuxième personne confirme un tel geste.",
    "to.original_method": "sur le moyen de paiement que vous avez utilisé",
    "to.credit": "sous forme d’avoir chez nous",
    "to.by_agreement": "d’une manière convenue avec vous",
    "to.usual": "{usual} ou, à défaut, {others}",
    "to.says": "L’argent est versé {to}.",
    "tax.refunded": "La taxe est remboursée avec le prix.",
    "tax.kept": "La taxe n’est pas remboursée.",
    # Laws
    "law.applies": "{title} ({source}), {places}, pour les demandes à partir du {date}",
    "law.until": "{law} et avant le {date}",
    "law.contracts": "{law}, et pour les contrats conclus le {date} ou plus tard",
    "law.consumers": "{law} ; pour les consommateurs",
    "law.announced": "{law} ; loi annoncée, pas encore certaine",
    "law.right": "{article} : {says}",
    "law.notice": "Une reconduction doit être annoncée entre {opens} et {closes} {before} ({article}).",
    "law.notice.when": "{conditions}, une reconduction doit être annoncée entre {opens} et {closes} {before} "
    "({article}).",
    # Explaining a document
    "explain.document": "Le document",
    "explain.counting": "Décompte",
    "explain.renewing": "Reconduction",
    "explain.canceling": "Résiliation",
    "explain.asking": "Demande de remboursement",
    "explain.deciding": "Décision et paiement",
    "explain.rules": "Règles de remboursement dans l’ordre où elles sont examinées ; la première qui s’applique "
    "l’emporte",
    "explain.laws": "Lois qui s’appliquent en outre",
    "explain.own": "Le document dit : {says}",
    "explain.line": "ligne {line}",
    "explain.no_laws": "Aucune des lois que goodterms connaît.",
}
