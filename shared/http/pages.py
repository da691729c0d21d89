"""Pages: HTML with the headers that keep others from framing it, or adding to it."""

import azure.functions as func


def security_headers(
    *, answers_elsewhere: bool = False, form_action: str | None = None
) -> dict[str, str]:
    """`answers_elsewhere`: the page ends with a form that is sent to another service, as a step of
    its sign-in. `form_action`: the only place where that form goes, if it is known.

    Chromium applies `form-action` to each redirect that follows the form too. That service may
    redirect to any application, at any address, so for Entra no list of addresses is right, and
    there is none. The sign-in may also run in a window that an application opened and still
    watches: so the page leaves that window as it is (no opener policy). And the form tells the
    origin that it comes from.
    """
    forms, opener, referrer = "form-action 'none'; ", "same-origin", "no-referrer"
    if answers_elsewhere:
        forms = "" if form_action is None else f"form-action {form_action}; "
        opener, referrer = "unsafe-none", "strict-origin"
    return {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self'; connect-src 'self'; base-uri 'none'; {forms}frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": opener,
        "Permissions-Policy": (
            "publickey-credentials-create=(self), publickey-credentials-get=(self)"
        ),
        "Referrer-Policy": referrer,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def page_response(
    content: bytes,
    *,
    status: int = 200,
    answers_elsewhere: bool = False,
    form_action: str | None = None,
) -> func.HttpResponse:
    """A page that is made for one request, and kept by nobody."""
    headers = {
        "Cache-Control": "no-store",
        **security_headers(answers_elsewhere=answers_elsewhere, form_action=form_action),
    }
    return func.HttpResponse(
        content, status_code=status, headers=headers, mimetype="text/html", charset="utf-8"
    )
