"""Spanish: the public page about cancellations and refunds."""

from __future__ import annotations

PAGE = {
    # What the page calls things
    "place.account": "cuenta de cliente",
    "place.account.named": "cuenta de {company}",
    "place.support": "nuestro servicio de atención al cliente",
    "place.support.named": "el servicio de atención al cliente de {company}",
    "place.store": "en nuestra tienda en línea",
    "place.store.named": "en la tienda en línea de {company}",
    # Headings
    "title": "Cancelación y reembolso",
    "heading.cancel": "¿Cómo puedo cancelar mi suscripción?",
    "heading.effect": "¿Qué ocurre si cancelo mi suscripción?",
    "heading.refund": "¿Cómo obtengo un reembolso?",
    "heading.outcome": "¿Qué ocurre cuando solicito un reembolso?",
    "heading.law": "¿Qué derechos me da la ley?",
    "example": "Un ejemplo",
    "example.lead": "Ejemplo: {example}",
    "rule.line": "{name}: {says}",
    # Introduction
    "intro.renews": "Su suscripción se renueva por sí sola: cuando termina un periodo pagado, comienza el siguiente, "
    "de la misma duración, y así sucesivamente hasta que usted cancele. Si no desea otro periodo, basta con cancelar.",
    "intro.both": "La cancelación por sí sola no conlleva ningún reembolso. Si desea recuperar el dinero del último "
    "periodo pagado, solicite un reembolso. Ambas cosas se explican aquí paso a paso, con las fechas y las cifras que "
    "aplicamos.",
    "intro.both.any": "La cancelación por sí sola no conlleva ningún reembolso. Si desea recuperar dinero, solicite "
    "un reembolso. Ambas cosas se explican aquí paso a paso, con las fechas y las cifras que aplicamos.",
    "intro.some": "Si se reembolsa dinero, y cuánto, depende del caso. Todo se explica aquí paso a paso, con las "
    "fechas y las cifras que aplicamos.",
    "intro.none": "La cancelación no conlleva ningún reembolso.",
    # How can I cancel my subscription?
    "cancel.ways.1": "Hay una forma de cancelar.",
    "cancel.ways.2": "Hay dos formas de cancelar.",
    "cancel.ways.3": "Hay tres formas de cancelar.",
    "cancel.free": "Puede cancelar en cualquier momento y sin indicar motivos.",
    "cancel.confirm": "Nada cambia antes de que usted confirme. Después le comunicamos la fecha en la que termina su "
    "acceso.",
    "cancel.account": "En su {account}:",
    "cancel.step.sign_in": "Inicie sesión en su {account}.",
    "cancel.step.page": "Abra la página de su {subscription}.",
    "cancel.step.page.link": "suscripción",
    "cancel.step.manage": "Elija «Gestionar la suscripción» (botón «{button}»).",
    "cancel.step.confirm": "Elija «Cancelar la suscripción» (botón «{button}»), lea qué efectos tiene y confirme.",
    "cancel.support": "Póngase en contacto con {support} e indique qué suscripción debe terminar; se cancelará en su "
    "nombre, con el mismo efecto.",
    "cancel.public": "Sin iniciar sesión, en nuestra {page}.",
    "cancel.public.link": "página de cancelación",
    # What happens if I cancel my subscription?
    "effect.stops": "La cancelación detiene los cobros automáticos de periodos posteriores. El periodo que ha pagado "
    "sigue siendo enteramente suyo hasta el último momento. Después, la suscripción termina por sí sola y no se cobra "
    "nada más.",
    "effect.future": "La cancelación solo afecta a los pagos futuros. No conlleva la devolución, ni siquiera parcial, "
    "de un pago ya realizado.",
    "effect.stops.only": "La cancelación detiene los cobros automáticos de periodos posteriores.",
    "effect.depends": "Qué efectos tiene la cancelación sobre el acceso y sobre los pagos ya realizados depende del "
    "caso. Estas son las reglas, en el orden en que se examinan. Se aplica la primera que corresponda.",
    "effect.early": "A causa de este cobro anticipado, el periodo siguiente puede estar ya pagado cuando usted "
    "cancela. La suscripción continúa entonces hasta el final de ese periodo siguiente.",
    "effect.early.rules": "A causa de este cobro anticipado, el periodo siguiente puede estar ya pagado cuando usted "
    "cancela. Las reglas anteriores dicen qué ocurre entonces.",
    "effect.example": "Un periodo de {term} termina el {ends}. El siguiente se cobra {early} antes, el {charged}. Si "
    "usted cancela ese día, después del cobro, la suscripción termina el {next_ends}: {both} más tarde.",
    "effect.example.charge": "Un periodo de {term} termina el {ends}. El siguiente se cobra {early} antes, el "
    "{charged}.",
    "effect.example.no_lead": "Un periodo de {term} termina el {ends}. Si usted cancela antes, la suscripción termina "
    "ese día y el periodo siguiente no se cobra.",
    "effect.example.at_end": "Un periodo de {term} termina el {ends}, y el siguiente se cobra ese día.",
    "effect.way_back": "Para recuperar ese pago anticipado y terminar la suscripción en {early}, con el periodo en "
    "curso, solicite en su lugar un {refund}.",
    "effect.way_back.link": "reembolso",
    # How do I get a refund?
    "how.none": "Esta política no prevé el reembolso de los pagos.",
    "how.seller": "Nuestro vendedor oficial es {merchant}. Según sus condiciones, «{terms}» ({edition}), se puede "
    "solicitar un reembolso {until}.",
    "how.seller.rules": "Nuestro vendedor oficial es {merchant}. Se aplican sus condiciones, «{terms}» ({edition}).",
    "how.edition": "versión {version}, de fecha {date}",
    "how.edition.dated": "a fecha de {date}",
    "how.until.any": "en cualquier momento",
    "how.until.days": "hasta {length} después de la fecha del pedido",
    "how.until.hours": "hasta {length} después del momento del pedido",
    "how.until.for": "{until} para {kind}",
    "how.first_purchases": "las primeras compras",
    "how.renewals": "las renovaciones automáticas",
    "how.renewal_date": "En una renovación, la fecha del pedido es la del cobro.",
    "how.renewal_moment": "En una renovación, el momento del pedido es el del cobro.",
    "how.day0": "El día del pedido no se cuenta, y el último día cuenta hasta la medianoche.",
    "how.hours": "Las horas corren desde el momento del pedido.",
    "how.windows": "Estos son los plazos:",
    "how.example": "Para un pedido del {ordered}, el último día para solicitar el reembolso es el {last}; al día "
    "siguiente ya es tarde.",
    "how.example.window": "Contado desde el {ordered}, el último día de un plazo de {length} es el {last}.",
    "how.kinds": "Son reembolsables {kinds}, en cada caso los del último periodo pagado.",
    "how.kinds.any": "Son reembolsables {kinds}.",
    "how.others": "Si el pago lo cobró otro (una tienda de aplicaciones, un comercio, un proveedor), solicítele a él "
    "el reembolso.",
    "how.kind.initial": "los pagos de una compra {store}",
    "how.kind.renewal": "los pagos automáticos de una renovación",
    "how.depends": "Si un pago se reembolsa, y en qué medida, depende del caso.",
    "how.rules": "Estas son las reglas, en el orden en que se examinan. Se aplica la primera que corresponda.",
    "how.ask": "Puede solicitar un reembolso:",
    "how.ask.account": "en su {account}",
    "how.ask.support": "poniéndose en contacto con {support}",
    "how.ask.form": "sin iniciar sesión, con el {form}",
    "how.ask.form.link": "formulario de reembolso",
    "how.have": "Tenga a mano los siguientes datos:",
    "how.have.date": "la fecha de compra",
    "how.have.person.name": "el nombre indicado en la compra",
    "how.have.person.email": "la dirección de correo electrónico indicada en la compra",
    "how.have.person.both": "el nombre y la dirección de correo electrónico indicados en la compra",
    "how.have.number": "el número de pedido",
    # What happens when I request a refund?
    "outcome.check.specialist": "Un especialista del servicio de atención al cliente comprueba que sus datos "
    "coinciden con el pedido y que se cumplen las condiciones del reembolso. Recibirá una respuesta en un plazo de "
    "{length:dat}.",
    "outcome.check.policy": "Comprobamos que sus datos coinciden con el pedido y que se cumplen las condiciones del "
    "reembolso. Recibirá una respuesta en un plazo de {length:dat}.",
    "outcome.ask": "Si falta algo o algo no coincide, le preguntamos. Su solicitud conserva la fecha en la que nos "
    "llegó por primera vez.",
    "outcome.denied": "Si una regla se opone al reembolso, le decimos cuál y en qué fechas nos hemos basado.",
    "outcome.paid.full": "Si el reembolso se confirma, lo iniciamos: el importe íntegro se devuelve {to} y se le "
    "abona en un plazo de {credit:dat} a partir del inicio.",
    "outcome.paid.rule": "Si el reembolso se confirma, lo iniciamos: el importe que prevé la regla se devuelve {to} y "
    "se le abona en un plazo de {credit:dat} a partir del inicio.",
    "outcome.canceled": "En cuanto se inicia el reembolso, la suscripción se cancela:",
    "outcome.canceled.most": "En cuanto se inicia el reembolso, la suscripción se cancela, salvo que la regla "
    "aplicada no cambie el acceso. Esa regla dice cuánto tiempo conserva el acceso.",
    "outcome.canceled.none": "Un reembolso no cambia la suscripción.",
    "outcome.canceled.rule": "En cuanto se inicia el reembolso, la suscripción se cancela. La regla aplicada dice "
    "cuánto tiempo conserva el acceso.",
    "outcome.initial.running": "Primera compra con una suscripción activa: {access}.",
    "outcome.renewal.running": "Renovación cuyo periodo ha comenzado: {access}.",
    "outcome.renewal.upcoming": "Renovación cuyo periodo aún no ha comenzado: {access}.",
    "outcome.renewal.upcoming.early": "Renovación cuyo periodo aún no ha comenzado, es decir, durante el plazo de "
    "{early} entre su cobro y su inicio: {access}.",
    "outcome.over": "Suscripción ya terminada: solo se devuelve el dinero.",
    "outcome.access.ends_now": "la suscripción caduca de inmediato",
    "outcome.access.keep_current_term": "el periodo siguiente no comienza, y el periodo en curso continúa "
    "íntegramente hasta su propio final",
    "outcome.access.unchanged": "el acceso no cambia",
    "outcome.answer": "Recibirá una respuesta en un plazo de {length:dat}, con la regla en la que se basa.",
    "outcome.paid.exception": "Si aun así se devuelve dinero, por una excepción o por ley, se le abona en un plazo "
    "de {credit:dat} a partir del inicio del reembolso.",
    "outcome.rules": "Estas son las reglas, en el orden en que se examinan. Se aplica la primera que corresponda.",
    # What rights does the law give me?
    "law.more": "La ley puede darle más que esta política. En ese caso, se le aplica lo que sea más favorable para "
    "usted.",
    "law.general": "Según dónde resida, tenemos en cuenta, entre otras, estas leyes:",
    "law.general.item": "{places}: {title}{begins}",
    "law.begins.announced": ", ley anunciada para el {date}",
    "law.begins": ", a partir del {date}",
    "law.each": "{title} ({source}), para consumidores que residen {places}{begins}:",
    "law.each.all": "{title} ({source}), para clientes que residen {places}{begins}:",
    # The page around it
    "page.older": "Esta es una versión anterior",
    "page.older.says": "La versión {version} se aplica a los pedidos hechos mientras estuvo en vigor.",
    "page.older.link": "Leer la versión actualmente en vigor",
    "page.contents": "En esta página",
    "page.contact": "Contacto",
    "page.contact.email": "Por correo electrónico",
    "page.contact.phone": "Por teléfono",
    "page.contact.web": "En la web",
    "page.contact.pages": "Páginas de ayuda",
    "page.contact.account": "Su suscripción",
    "page.contact.account.says": "Cancelar o solicitar un reembolso en su cuenta",
    "page.contact.form": "Formulario de reembolso",
    "page.contact.form.says": "Sin iniciar sesión",
    "page.versions": "Versiones:",
    "page.document": "Documento",
    "page.language": "Idioma",
}
