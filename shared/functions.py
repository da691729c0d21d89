"""All functions of the app: which one answers which request.

The module of a function is loaded at the first request for it. Most instances soon need few of
them, and a cold start that loads all, with the stories behind them, takes longer by a half.
"""

from importlib import import_module

import azure.functions as func

from shared.handling.endpoint import Endpoint
from shared.http.routes import Routes

FUNCTIONS = {
    "registration": {
        "register_begin": "POST register/begin",
        "register_finish": "POST register/finish",
    },
    "authentication.begin": {"authenticate_begin": "POST authenticate/begin"},
    "authentication.finish": {"authenticate_finish": "POST authenticate/finish"},
    "oauth.tokens": {
        "token": "POST token",
        "revoke": "POST revoke",
        "introspect": "POST introspect",
    },
    "openid.authorizing": {
        "authorize": "GET authorize",
        "authorize_by_form": "POST authorize",
        "authorize_step": "POST authorize/step",
        "authorize_answer": "POST authorize/answer",
    },
    "openid.logout": {
        "logout": "GET logout",
        "logout_by_form": "POST logout",
        "logout_step": "POST logout/step",
    },
    "openid.device": {
        "device_authorization": "POST device_authorization",
        "device_begin": "POST device/begin",
        "device_approve": "POST device/approve",
        "device_reject": "POST device/reject",
    },
    "openid.pushed_requests": {"pushed_authorization_request": "POST par"},
    "openid.userinfo": {
        "read_userinfo": "GET userinfo",
        "read_userinfo_by_post": "POST userinfo",
    },
    "openid.entra": {
        "entra_discovery": "GET entra/.well-known/openid-configuration",
        "entra_authorize": "POST entra/authorize",
        "entra_page": "GET entra/sign-in",
        "entra_begin": "POST entra/begin",
        "entra_finish": "POST entra/finish",
    },
    "sessions": {
        "list_sessions": "GET sessions",
        "end_sessions": "DELETE sessions",
        "end_session": "DELETE sessions/{id}",
    },
    "openid.applications": {
        "list_applications": "GET applications",
        "end_application": "DELETE applications/{id}",
    },
    "credentials": {
        "me": "GET me",
        "list_credentials": "GET credentials",
        "rename_credential": "PATCH credentials/{id}",
        "remove_credential": "DELETE credentials/{id}",
        "remove_link": "DELETE links/{id}",
    },
    "users": {
        "find_user": "GET users",
        "get_user": "GET users/{id}",
        "list_user_credentials": "GET users/{id}/credentials",
        "remove_user_credential": "DELETE users/{id}/credentials/{credential}",
        "suspend_user": "POST users/{id}/suspend",
        "resume_user": "POST users/{id}/resume",
        "suspend_user_credential": "POST users/{id}/credentials/{credential}/suspend",
        "resume_user_credential": "POST users/{id}/credentials/{credential}/resume",
        "link_user": "POST users/{id}/links",
        "list_user_links": "GET users/{id}/links",
        "unlink_user": "DELETE users/{id}/links/{link}",
        "get_access_pass": "GET users/{id}/access-pass",
        "delete_access_pass": "DELETE users/{id}/access-pass",
    },
    "access_passes": {
        "issue_access_pass": "POST access-passes",
        "redeem_access_pass": "POST access-passes/redeem",
    },
    "groups": {
        "list_groups": "GET groups",
        "create_group": "POST groups",
        "get_group": "GET groups/{name}",
        "delete_group": "DELETE groups/{name}",
        "add_group_member": "PUT groups/{name}/members/{id}",
        "remove_group_member": "DELETE groups/{name}/members/{id}",
    },
    "openid.clients": {
        "list_clients": "GET clients",
        "create_client": "POST clients",
        "get_client": "GET clients/{id}",
        "replace_client": "PUT clients/{id}",
        "delete_client": "DELETE clients/{id}",
        "add_client_secret": "POST clients/{id}/secrets",
        "delete_client_secret": "DELETE clients/{id}/secrets/{secret}",
    },
    "access.approvals": {
        "approval_ask": "POST approvals",
        "list_approvals": "GET approvals",
        "get_approval": "GET approvals/{id}",
        "approval_begin": "POST approvals/{id}/begin",
        "approval_finish": "POST approvals/{id}/finish",
        "approval_refuse": "POST approvals/{id}/refuse",
        "approval_withdraw": "POST approvals/{id}/withdraw",
        "approval_use": "POST approvals/{id}/use",
        "get_receipt": "GET approvals/{id}/receipt",
    },
    "access.profiles": {
        "list_profiles": "GET profiles",
        "create_profile": "POST profiles",
        "get_profile": "GET profiles/{name}",
        "replace_profile": "PUT profiles/{name}",
        "delete_profile": "DELETE profiles/{name}",
        "get_profile_schema": "GET schemas/access-profile",
    },
    "audit": {
        "list_audit_events": "GET audit/events",
        "get_audit_checkpoint": "GET audit/checkpoint",
        "prove_inclusion": "GET audit/proofs/inclusion",
        "prove_consistency": "GET audit/proofs/consistency",
    },
    "erasures": {
        "request_erasure": "POST audit/erasures",
        "list_erasures": "GET audit/erasures",
        "get_erasure": "GET audit/erasures/{id}",
        "confirm_erasure": "POST audit/erasures/{id}/confirm",
        "delete_erasure": "DELETE audit/erasures/{id}",
    },
    "operators": {
        "issue_first_pass": "POST operator/first-administrator",
        "begin_export": "POST operator/export",
        "export_rows": "POST operator/export/rows",
    },
    "service": {
        "jwks": "GET .well-known/jwks.json",
        "discovery": "GET .well-known/openid-configuration",
        "server_metadata": "GET .well-known/oauth-authorization-server",
        "health": "GET health",
        "openapi": "GET openapi.json",
    },
    "pages": {
        "index": "GET {ignored:maxlength(0)?}",
        "sign_in_page": "GET sign-in",
        "sign_out_page": "GET sign-out",
        "device_page": "GET device",
        "audit_page": "GET audit",
        "asset": "GET assets/{folder}/{name}",
        "problems": "GET problems",
    },
}
"""By the module, and by the name of the function."""
EVERY_MINUTE = "0 * * * * *"


def add_functions(app: func.FunctionApp) -> None:
    routes = Routes()
    for module, functions in FUNCTIONS.items():
        for name, answered in functions.items():
            method, path = answered.split()
            route = routes.route(path, methods=[method], auth_level=func.AuthLevel.ANONYMOUS)
            route(load_late(module, name))
    routes.catch_all()(load_late("unmatched", "unmatched"))
    routes.timer_trigger(schedule=EVERY_MINUTE, arg_name="timer")(maintain)
    app.register_functions(routes)


def find_function(module: str, name: str) -> Endpoint:
    found: Endpoint = getattr(import_module(f"shared.blueprints.{module}"), name)
    return found


def load_late(module: str, name: str) -> Endpoint:
    """The function, with its module loaded at the first request. If that fails, the answer is a
    problem, and the next request tries again."""

    async def answer(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        try:
            found = find_function(module, name)
        except Exception as error:  # the host's own answer would be empty
            from shared.handling.refusals import answer_error

            return await answer_error(error, name=name, instance=context.invocation_id)
        return await found(req, context)

    answer.__name__ = name
    return answer


async def maintain(timer: func.TimerRequest) -> None:
    from shared.blueprints import maintenance

    await maintenance.maintain()
