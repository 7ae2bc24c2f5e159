"""The answer to "are you well?" for load balancers and start scripts."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from goodterms.usecases.fence import current


@login_not_required
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Say 200 when the database answers, else 503; a second line says so when nothing is sent outward."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        fence = current()
    except DatabaseError:
        return HttpResponse("database does not answer\n", status=503, content_type="text/plain")
    said = f"nothing is sent outward since {fence.since:%Y-%m-%d %H:%M} UTC: {fence.reason}\n" if fence else ""
    return HttpResponse("ok\n" + said, content_type="text/plain")
