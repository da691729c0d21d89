/*
 * Passes each token that somebody connects with to the program of token_checker.py, over a Unix
 * socket, together with the issuer and the scope that pg_hba.conf asks for and the role that the
 * person wants. The answer is the name of the person, or nothing: then the token is refused.
 */
#include "postgres.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "libpq/libpq-be.h"
#include "libpq/oauth.h"
#include "miscadmin.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

static char *checker;

void
_PG_init(void)
{
	DefineCustomStringVariable("touchstone_validator.socket", "Where token_checker.py listens.",
							   NULL, &checker, "", PGC_SIGHUP, 0, NULL, NULL, NULL);
}

static bool
send_all(int fd, const char *text, size_t length)
{
	for (ssize_t sent; length > 0; text += sent, length -= sent)
		if ((sent = send(fd, text, length, MSG_NOSIGNAL)) <= 0)
			return false;
	return shutdown(fd, SHUT_WR) == 0;
}

static bool
ask(const char *question, size_t length, StringInfo answer)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char		part[256];
	ssize_t		got = -1;
	int			fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strlcpy(address.sun_path, checker, sizeof(address.sun_path));
	if (fd >= 0 && connect(fd, (struct sockaddr *) &address, sizeof(address)) == 0 &&
		send_all(fd, question, length))
		while ((got = recv(fd, part, sizeof(part), 0)) > 0)
			appendBinaryStringInfo(answer, part, got);
	if (fd >= 0)
		close(fd);
	return got == 0;
}

static bool
validate(const ValidatorModuleState *state, const char *token, const char *role,
		 ValidatorModuleResult *result)
{
	StringInfoData question,
				answer;

	initStringInfo(&question);
	initStringInfo(&answer);
	appendStringInfo(&question, "%s\n%s\n%s\n%s\n", MyProcPort->hba->oauth_issuer,
					 MyProcPort->hba->oauth_scope, role, token);
	if (!ask(question.data, question.len, &answer))
	{
		ereport(LOG, errmsg("touchstone_validator: no answer at \"%s\"", checker));
		return false;
	}
	result->authorized = answer.len > 0;
	result->authn_id = answer.len > 0 ? answer.data : NULL;
	return true;
}

const OAuthValidatorCallbacks *
_PG_oauth_validator_module_init(void)
{
	static const OAuthValidatorCallbacks callbacks = {
		.magic = PG_OAUTH_VALIDATOR_MAGIC,
		.validate_cb = validate,
	};

	return &callbacks;
}
