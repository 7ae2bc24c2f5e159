"""Spanish: what a policy says besides its clauses, and what laws say."""

from __future__ import annotations

POLICY = {
    # Which document
    "head.version": "Política {name}, versión {version}, en vigor desde el {date}.",
    "head.seller": "Nuestro vendedor oficial es {merchant}. La venta se rige por las siguientes condiciones: {terms} "
    "(versión {version}, de fecha {date}).",
    "head.sold_in": "La política se dirige a clientes que residen {places}.",
    "head.sold_everywhere": "La política se dirige a clientes de todo el mundo.",
    # Counting
    "count.zone.buyer": "Los días se cuentan en la zona horaria de su pedido y, si el pedido no la indica, en la "
    "zona {zone}.",
    "count.zone.own": "Los días se cuentan en la zona horaria {zone}.",
    "count.business": "Son días hábiles todos los días excepto {days}.",
    "count.business.all": "Todos los días son hábiles.",
    "weekday": "el {day}",
    "holidays.ecb": "los días de cierre del Banco Central Europeo",
    "holidays.place": "los días festivos {place}",
    "holidays.buyer": "los días festivos del país del comprador",
    # Windows, in sentences of their own
    "window.day0": "El día desde el que se cuenta es el día 0",
    "window.inclusive": "{day0}, y el último día cuenta hasta la medianoche.",
    "window.exclusive": "{day0}, y el último día ya no cuenta.",
    "window.hours": "Las horas corren desde ese mismo instante.",
    "window.backward": "El primer y el último día están incluidos.",
    "window.working_day": "Si el último día no es hábil, el plazo llega hasta el siguiente día hábil.",
    # Facts that have to be known
    "needs.asked": "Cuando una regla depende de ello, preguntamos: {question}",
    "needs.asked.absent": "Cuando una regla depende de ello, preguntamos: {question} Mientras no se sepa nada, "
    "consideramos que {condition}.",
    "needs.absent": "Mientras no se sepa nada, consideramos que {condition}.",
    # Renewing
    "renew.ahead": "{length} antes del final del periodo en curso",
    "renew.at_end": "al final del periodo en curso",
    "renew.charged": "Una renovación se cobra {ahead}.",
    "renew.told": "Le avisamos antes por correo electrónico:",
    "renew.told.row": "para los {whose}: {ahead}",
    "renew.depends": "Cuándo se cobra una renovación y cuándo le avisamos depende del periodo:",
    "renew.depends.row": "para los {whose}: cobro {charged}, aviso por correo electrónico {told}",
    "renew.terms.from": "periodos de {length} o más",
    "renew.terms.shorter": "periodos más cortos, de al menos {length}",
    "renew.terms.region": "{terms} {places}",
    "renew.notice": "Ese aviso llega al menos {length} antes del cobro.",
    "renew.retry": "Si ese pago no se realiza, volvemos a intentarlo {lengths} después, mientras el periodo siga en "
    "curso.",
    "renew.retry.for": "Si el pago de los {whose} no se realiza, volvemos a intentarlo {lengths} después, mientras el "
    "periodo siga en curso.",
    "dispute.renewal.stops": "Mientras usted disputa un pago ante su banco, no se cobra nada más.",
    "dispute.renewal.goes_on": "Mientras usted disputa un pago ante su banco, las renovaciones se cobran "
    "como de costumbre.",
    "dispute.lost.ends_access": "Si su banco le da la razón, el pago se trata como reembolsado: lo que pagó termina.",
    "dispute.lost.keeps_access": "Si su banco le da la razón, su acceso sigue como está.",
    "price.notice": "Si el precio de una renovación sube, se lo comunicamos al menos {length} antes del cobro. Si lo "
    "hacemos más tarde, se cobra una vez más el precio anterior.",
    "price.notice.none": "Si el precio de una renovación sube, se lo comunicamos antes del cobro.",
    "price.consent.needed": "Un precio más alto requiere su consentimiento; sin él, la suscripción termina con el "
    "periodo en curso.",
    "price.consent.not_needed": "Si no desea el precio más alto, puede cancelar antes del cobro.",
    # Canceling
    "cancel.channels": "Puede cancelar {ways}.",
    "cancel.way.account": "en su cuenta de cliente",
    "cancel.way.support": "a través del servicio de atención al cliente",
    "cancel.way.public_page": "en una página pública, sin iniciar sesión",
    "cancel.undo.until_the_end": "Puede retirar una cancelación mientras la suscripción siga en curso.",
    "cancel.undo.never": "Una cancelación no puede retirarse.",
    # Asking for a refund
    "refund.channels": "Puede solicitar un reembolso {ways}.",
    "refund.way.account": "en su cuenta de cliente",
    "refund.way.support": "a través del servicio de atención al cliente",
    "refund.way.public_form": "con un formulario público, sin iniciar sesión",
    "verify.must_match": "Lo que debe coincidir con el pedido: {facts}.",
    "verify.corroborates": "Lo que solo sirve de confirmación: {facts}.",
    "verify.order_number": "el número de pedido",
    "verify.email": "la dirección de correo electrónico",
    "verify.name": "el nombre",
    "verify.purchase_date": "la fecha de compra",
    "verify.purchase_date.tolerance": "la fecha de compra (se admite una diferencia de {length})",
    "verify.loosely": "{fact} (no importan mayúsculas, espacios, puntuación ni acentos)",
    "verify.wrong": "Si algo no coincide, le preguntamos; por sí solo nunca es motivo de denegación.",
    # Deciding and paying
    "decide.specialist": "Las reglas proponen y un especialista confirma.",
    "decide.policy": "Lo que conceden las reglas se aprueba de forma automática; en todo lo demás decide una persona.",
    "decide.within": "Recibirá una respuesta en un plazo de {length:dat}.",
    "credit.within": "El dinero se le abona en un plazo de {length:dat} a partir del inicio del reembolso.",
    "second.above": "Una segunda persona confirma los reembolsos de más de {amounts} y los de cualquier otra moneda.",
    "second.always": "Una segunda persona confirma todos los reembolsos.",
    "goodwill.until": "Cuando las reglas no prevén ningún reembolso, aún podemos hacer una excepción: hasta {length} "
    "después del pedido y hasta el {percent} % del pago. No existe derecho a ella.",
    "goodwill.second.always": "Una segunda persona confirma siempre esa excepción.",
    "goodwill.second.by_amount": "Por encima de los importes indicados, una segunda persona confirma esa excepción.",
    "to.original_method": "al medio de pago que utilizó",
    "to.credit": "como saldo a su favor con nosotros",
    "to.by_agreement": "de la forma que acordemos con usted",
    "to.usual": "{usual} o, en su defecto, {others}",
    "to.says": "El dinero se paga {to}.",
    "tax.refunded": "El impuesto se reembolsa junto con el precio.",
    "tax.kept": "El impuesto no se reembolsa.",
    # Laws
    "law.applies": "{title} ({source}), {places}, para solicitudes a partir del {date}",
    "law.until": "{law} y antes del {date}",
    "law.contracts": "{law}, y para contratos celebrados el {date} o más tarde",
    "law.consumers": "{law}; para consumidores",
    "law.announced": "{law}; ley anunciada, aún no segura",
    "law.right": "{article}: {says}",
    "law.notice": "Una renovación debe anunciarse entre {opens} y {closes} {before} ({article}).",
    "law.notice.when": "{conditions}, una renovación debe anunciarse entre {opens} y {closes} {before} ({article}).",
    # Explaining a document
    "explain.document": "El documento",
    "explain.counting": "Cómputo",
    "explain.renewing": "Renovación",
    "explain.canceling": "Cancelación",
    "explain.asking": "Solicitud de reembolso",
    "explain.deciding": "Decisión y pago",
    "explain.rules": "Reglas de reembolso en el orden en que se examinan; se aplica la primera que corresponda",
    "explain.laws": "Leyes que se aplican además",
    "explain.own": "El documento dice: {says}",
    "explain.line": "línea {line}",
    "explain.no_laws": "Ninguna de las leyes que goodterms conoce.",
}
