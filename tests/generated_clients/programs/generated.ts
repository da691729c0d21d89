// An application that uses what openapi-generator makes for TypeScript.

import {
  AccountApi, AuthenticationApi, AuthenticationResponseFromJSON, Configuration, CreationOptionsToJSON,
  GrantType, RegistrationApi, RegistrationResponseFromJSON, RequestOptionsToJSON, ResponseError,
  ServiceApi, SessionsApi, SignedIn, TokenScope,
} from "./typescript-fetch";
import { Ask } from "./ask";

export async function main(url: string, username: string, ask: Ask) {
  const open = new Configuration({ basePath: url });
  const registration = new RegistrationApi(open);
  const authentication = new AuthenticationApi(open);
  const sessions = new SessionsApi(open);

  const begun = await registration.registerBegin({ registerBegin: { username } });
  const created = await ask({ create: CreationOptionsToJSON(begun.publicKey) });
  const credential = await registration.registerFinish({
    registerFinish: { credential: RegistrationResponseFromJSON(created), name: "Blue key" },
  });

  async function signIn(scope?: TokenScope, dPoP?: string): Promise<SignedIn> {
    const { publicKey } = await authentication.authenticateBegin({ authenticateBegin: { username } });
    const got = AuthenticationResponseFromJSON(await ask({ get: RequestOptionsToJSON(publicKey) }));
    return authentication.authenticateFinish({ authenticateFinish: { credential: got, scope }, dPoP });
  }
  const refresh = (refreshToken?: string) =>
    sessions.token({ grantType: GrantType.RefreshToken, refreshToken });
  const refusal = (promise: Promise<unknown>) => promise.then(
    () => undefined,
    (error: unknown) => (error instanceof ResponseError ? error.response.json() : undefined),
  );

  const signedIn = await signIn();
  const refreshed = await refresh(signedIn.refreshToken);
  await sessions.revoke({ token: refreshed.refreshToken });
  const revoked = await refusal(refresh(refreshed.refreshToken));

  const problem = await refusal(registration.registerBegin({ registerBegin: { username: "\0" } }));

  const proof = await ask({ prove: { method: "POST", path: "/authenticate/finish" } });
  const bound = await signIn(TokenScope.Account, proof);
  const token = bound.accessToken ?? "";
  const withProof = (method: string, path: string) => new Configuration({
    basePath: url,
    apiKey: (header) =>
      header === "DPoP" ? ask({ prove: { method, path, token } }) : `DPoP ${token}`,
  });
  const me = await new AccountApi(withProof("GET", "/me")).me();
  const introspection =
    await new SessionsApi(withProof("POST", "/introspect")).introspect({ token });

  return {
    name: credential.name,
    user: signedIn.user.id,
    accessToken: refreshed.accessToken,
    tokenTypes: [signedIn.tokenType, refreshed.tokenType, bound.tokenType],
    revoked: revoked.error,
    me: me.user.id,
    active: introspection.active,
    expiresAt: introspection.exp,
    problem: problem.type,
    health: (await new ServiceApi(open).health()).status,
  };
}
