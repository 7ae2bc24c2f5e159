"""Every URL, on one page."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from goodterms.api import reference
from goodterms.api.inbound import webhook
from goodterms.portal.identity import addresses
from goodterms.site.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("webhooks/<slug:gateway>", webhook, name="webhook"),
    path("v1/", include("goodterms.api.urls")),  # answered before everything else, by goodterms.api.door
    path(".well-known/jwks.json", reference.keys, name="jwks"),
    path("developers/", reference.index, name="reference"),
    path("developers/openapi.json", reference.openapi, name="openapi"),
    path("developers/<slug:name>/", reference.operation, name="operation"),
    path("auth/email/", addresses, name="account_email"),  # before the library's, which agents may not use
    path("auth/", include("allauth.urls")),
    path("desk/", include("goodterms.desk.urls")),
    path("", include("goodterms.portal.urls")),
]
if settings.TEST_WORLD:
    urlpatterns.insert(0, path("demo/", include("goodterms.demo.urls")))
