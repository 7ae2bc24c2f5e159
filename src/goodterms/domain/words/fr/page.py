"""French: the public page about cancellations and refunds."""

from __future__ import annotations

PAGE = {
    # What the page calls things
    "place.account": "compte client",
    "place.account.named": "compte client {company}",
    "place.support": "notre service client",
    "place.support.named": "le service client {company}",
    "place.store": "dans notre boutique en ligne",
    "place.store.named": "dans la boutique en ligne {company}",
    # Headings
    "title": "Résiliation et remboursement",
    "heading.cancel": "Comment résilier mon abonnement ?",
    "heading.effect": "Que se passe-t-il si je résilie mon abonnement ?",
    "heading.refund": "Comment obtenir un remboursement ?",
    "heading.outcome": "Que se passe-t-il lorsque je demande un remboursement ?",
    "heading.law": "Quels droits la loi me donne-t-elle ?",
    "example": "Un exemple",
    "example.lead": "Exemple : {example}",
    "rule.line": "{name} : {says}",
    # Introduction
    "intro.renews": "Votre abonnement se renouvelle de lui-même : lorsqu’une période payée prend fin, la suivante, de "
    "même durée, commence, et ainsi de suite jusqu’à la résiliation. Si vous ne souhaitez pas de nouvelle période, il "
    "vous suffit de résilier.",
    "intro.both": "La résiliation à elle seule ne donne lieu à aucun remboursement. Si vous souhaitez récupérer la "
    "somme payée pour la dernière période, demandez un remboursement. Les deux démarches sont expliquées ici pas à "
    "pas, avec les dates et les chiffres que nous appliquons.",
    "intro.both.any": "La résiliation à elle seule ne donne lieu à aucun remboursement. Si vous souhaitez récupérer "
    "de l’argent, demandez un remboursement. Les deux démarches sont expliquées ici pas à pas, avec les dates et les "
    "chiffres que nous appliquons.",
    "intro.some": "Le remboursement et son montant varient selon les cas. Tout est expliqué ici pas à pas, avec les "
    "dates et les chiffres que nous appliquons.",
    "intro.none": "La résiliation ne donne lieu à aucun remboursement.",
    # How can I cancel my subscription?
    "cancel.ways.1": "Il existe une façon de résilier.",
    "cancel.ways.2": "Il existe deux façons de résilier.",
    "cancel.ways.3": "Il existe trois façons de résilier.",
    "cancel.free": "Vous pouvez résilier à tout moment, sans avoir à indiquer de motif.",
    "cancel.confirm": "Rien ne change avant votre confirmation. Nous vous communiquons ensuite la date à laquelle "
    "votre accès prend fin.",
    "cancel.account": "Dans votre {account} :",
    "cancel.step.sign_in": "Connectez-vous à votre {account}.",
    "cancel.step.page": "Ouvrez la page de votre {subscription}.",
    "cancel.step.page.link": "abonnement",
    "cancel.step.manage": "Choisissez « Gérer l’abonnement » (bouton « {button} »).",
    "cancel.step.confirm": "Choisissez « Résilier l’abonnement » (bouton « {button} »), lisez ce que cela entraîne, "
    "puis confirmez.",
    "cancel.support": "En contactant {support} : indiquez quel abonnement doit prendre fin, et il est résilié pour "
    "vous avec le même effet.",
    "cancel.public": "Sans connexion, sur notre {page}.",
    "cancel.public.link": "page de résiliation",
    # What happens if I cancel my subscription?
    "effect.stops": "La résiliation met fin aux prélèvements automatiques pour les périodes ultérieures. La période "
    "que vous avez payée vous reste entièrement acquise jusqu’à son terme. L’abonnement prend alors fin de lui-même, "
    "et plus rien n’est prélevé.",
    "effect.future": "La résiliation ne concerne que les paiements encore à venir. Elle n’entraîne pas le "
    "remboursement, même partiel, d’un paiement déjà effectué.",
    "effect.stops.only": "La résiliation met fin aux prélèvements automatiques pour les périodes ultérieures.",
    "effect.depends": "Ce que la résiliation change à l’accès et aux paiements déjà effectués varie selon les cas. "
    "Voici les règles, dans l’ordre où elles sont examinées. La première qui s’applique l’emporte.",
    "effect.early": "En raison de ce prélèvement anticipé, la période suivante peut être déjà payée lorsque vous "
    "résiliez. L’abonnement se poursuit alors jusqu’à la fin de cette période suivante.",
    "effect.early.rules": "En raison de ce prélèvement anticipé, la période suivante peut être déjà payée lorsque "
    "vous résiliez. Les règles ci-dessus disent ce qui s’ensuit.",
    "effect.example": "Une période de {term} prend fin le {ends}. Le prix de la suivante est prélevé {early} "
    "auparavant, le {charged}. Si vous résiliez ce jour-là, après le prélèvement, l’abonnement prend fin le "
    "{next_ends} : {both} plus tard.",
    "effect.example.charge": "Une période de {term} prend fin le {ends}. Le prix de la suivante est prélevé {early} "
    "auparavant, le {charged}.",
    "effect.example.no_lead": "Une période de {term} prend fin le {ends}. Si vous résiliez avant, l’abonnement prend "
    "fin ce jour-là, et rien n’est prélevé pour la période suivante.",
    "effect.example.at_end": "Une période de {term} prend fin le {ends}, et le prix de la suivante est prélevé ce "
    "jour-là.",
    "effect.way_back": "Pour récupérer ce paiement anticipé et mettre fin à l’abonnement dans {early}, avec la "
    "période en cours, demandez plutôt un {refund}.",
    "effect.way_back.link": "remboursement",
    # How do I get a refund?
    "how.none": "Cette politique ne prévoit pas de remboursement des paiements.",
    "how.seller": "Notre vendeur officiel est {merchant}. Selon ses conditions, « {terms} » ({edition}), un "
    "remboursement peut être demandé {until}.",
    "how.seller.rules": "Notre vendeur officiel est {merchant}. Ses conditions, « {terms} » ({edition}), "
    "s’appliquent.",
    "how.edition": "version {version}, du {date}",
    "how.edition.dated": "version du {date}",
    "how.until.any": "à tout moment",
    "how.until.days": "jusqu’à {length} après la date de la commande",
    "how.until.hours": "jusqu’à {length} après l’instant de la commande",
    "how.until.for": "{until} pour {kind}",
    "how.first_purchases": "les premiers achats",
    "how.renewals": "les reconductions automatiques",
    "how.renewal_date": "Pour une reconduction, la date de la commande est celle du prélèvement.",
    "how.renewal_moment": "Pour une reconduction, l’instant de la commande est celui du prélèvement.",
    "how.day0": "Le jour de la commande lui-même n’est pas compté, et le dernier jour compte jusqu’à minuit.",
    "how.hours": "Les heures courent à partir de l’instant de la commande.",
    "how.windows": "Voici les délais :",
    "how.example": "Pour une commande du {ordered}, le dernier jour pour demander le remboursement est le {last} ; le "
    "lendemain, il est trop tard.",
    "how.example.window": "À compter du {ordered}, le dernier jour d’un délai de {length} est le {last}.",
    "how.kinds": "Sont remboursables {kinds}, dans chaque cas pour la dernière période payée.",
    "how.kinds.any": "Sont remboursables {kinds}.",
    "how.others": "Si quelqu’un d’autre a encaissé le paiement (une boutique d’applications, un magasin, un "
    "fournisseur), veuillez lui demander le remboursement.",
    "how.kind.initial": "les paiements d’un achat {store}",
    "how.kind.renewal": "les paiements automatiques d’une reconduction",
    "how.depends": "Le remboursement d’un paiement et son montant varient selon les cas.",
    "how.rules": "Voici les règles, dans l’ordre où elles sont examinées. La première qui s’applique l’emporte.",
    "how.ask": "Vous pouvez demander un remboursement :",
    "how.ask.account": "dans votre {account}",
    "how.ask.support": "en contactant {support}",
    "how.ask.form": "sans connexion, avec le {form}",
    "how.ask.form.link": "formulaire de remboursement",
    "how.have": "Veuillez préparer les informations suivantes :",
    "how.have.date": "la date d’achat",
    "how.have.person.name": "le nom indiqué lors de l’achat",
    "how.have.person.email": "l’adresse e-mail indiquée lors de l’achat",
    "how.have.person.both": "le nom et l’adresse e-mail indiqués lors de l’achat",
    "how.have.number": "le numéro de commande",
    # What happens when I request a refund?
    "outcome.check.specialist": "Un spécialiste du service client vérifie que vos indications concordent avec la "
    "commande et que les conditions du remboursement sont remplies. Vous recevez une réponse dans un délai de "
    "{length:dat}.",
    "outcome.check.policy": "Nous vérifions que vos indications concordent avec la commande et que les conditions du "
    "remboursement sont remplies. Vous recevez une réponse dans un délai de {length:dat}.",
    "outcome.ask": "S’il manque quelque chose ou si quelque chose ne concorde pas, nous vous posons la question. "
    "Votre demande garde la date à laquelle elle nous est parvenue pour la première fois.",
    "outcome.denied": "Si une règle s’oppose au remboursement, nous vous disons laquelle, et sur quelles dates nous "
    "nous sommes fondés.",
    "outcome.paid.full": "Si le remboursement est confirmé, nous le lançons : le montant intégral est versé {to} et "
    "vous est crédité dans un délai de {credit:dat} à compter du lancement.",
    "outcome.paid.rule": "Si le remboursement est confirmé, nous le lançons : le montant que prévoit la règle est "
    "versé {to} et vous est crédité dans un délai de {credit:dat} à compter du lancement.",
    "outcome.canceled": "Dès que le remboursement est lancé, l’abonnement est résilié :",
    "outcome.canceled.most": "Dès que le remboursement est lancé, l’abonnement est résilié, sauf si la règle "
    "appliquée laisse l’accès inchangé. Cette règle dit combien de temps vous gardez l’accès.",
    "outcome.canceled.none": "Un remboursement laisse l’abonnement inchangé.",
    "outcome.canceled.rule": "Dès que le remboursement est lancé, l’abonnement est résilié. La règle appliquée dit "
    "combien de temps vous gardez l’accès.",
    "outcome.initial.running": "Premier achat avec un abonnement actif : {access}.",
    "outcome.renewal.running": "Reconduction dont la période a commencé : {access}.",
    "outcome.renewal.upcoming": "Reconduction dont la période n’a pas encore commencé : {access}.",
    "outcome.renewal.upcoming.early": "Reconduction dont la période n’a pas encore commencé, c’est-à-dire dans "
    "l’intervalle de {early} entre le prélèvement et le début de la période : {access}.",
    "outcome.over": "Abonnement déjà terminé : seul l’argent est remboursé.",
    "outcome.access.ends_now": "l’abonnement expire immédiatement",
    "outcome.access.keep_current_term": "la période suivante ne commence pas, et la période en cours se poursuit "
    "entièrement jusqu’à sa propre fin",
    "outcome.access.unchanged": "l’accès reste inchangé",
    "outcome.answer": "Vous recevez une réponse dans un délai de {length:dat}, avec la règle sur laquelle elle se "
    "fonde.",
    "outcome.paid.exception": "Si de l’argent est remboursé malgré tout, par geste commercial ou en vertu de la loi, "
    "il vous est crédité dans un délai de {credit:dat} à compter du lancement du remboursement.",
    "outcome.rules": "Voici les règles, dans l’ordre où elles sont examinées. La première qui s’applique l’emporte.",
    # What rights does the law give me?
    "law.more": "La loi peut vous accorder davantage que cette politique. C’est alors la solution la plus favorable "
    "pour vous qui s’applique.",
    "law.general": "Selon votre lieu de résidence, nous tenons compte notamment de ces lois :",
    "law.general.item": "{places} : {title}{begins}",
    "law.begins.announced": ", loi annoncée pour le {date}",
    "law.begins": ", à partir du {date}",
    "law.each": "{title} ({source}), pour les consommateurs qui résident {places}{begins} :",
    "law.each.all": "{title} ({source}), pour les clients qui résident {places}{begins} :",
    # The page around it
    "page.older": "Ceci est une version antérieure",
    "page.older.says": "La version {version} s’applique aux commandes passées lorsqu’elle était en vigueur.",
    "page.older.link": "Lire la version actuellement en vigueur",
    "page.contents": "Sur cette page",
    "page.contact": "Contact",
    "page.contact.email": "Par e-mail",
    "page.contact.phone": "Par téléphone",
    "page.contact.web": "Sur le web",
    "page.contact.pages": "Pages d’aide",
    "page.contact.account": "Votre abonnement",
    "page.contact.account.says": "Résilier ou demander un remboursement dans votre compte",
    "page.contact.form": "Formulaire de remboursement",
    "page.contact.form.says": "Sans connexion",
    "page.versions": "Versions :",
    "page.document": "Document",
    "page.language": "Langue",
}
