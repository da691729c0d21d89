// An application that uses openapi-fetch with the types that openapi-typescript makes.

import createClient from "openapi-fetch";
import { Ask } from "./ask";
import { components, paths } from "./types";

type Schemas = components["schemas"];

function must<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) {
    throw new Error(JSON.stringify(answer.error));
  }
  return answer.data;
}

export async function main(url: string, username: string, ask: Ask) {
  const client = createClient<paths>({ baseUrl: url });
  const headers = { "Content-Type": "application/x-www-form-urlencoded" }; // else JSON is sent

  const begun = must(await client.POST("/register/begin", { body: { username } }));
  const created: Schemas["RegistrationResponse"] = await ask({ create: begun.publicKey });
  const credential = must(
    await client.POST("/register/finish", { body: { credential: created, name: "Blue key" } }),
  );

  async function signIn(scope?: Schemas["TokenScope"], DPoP?: string): Promise<Schemas["SignedIn"]> {
    const { publicKey } = must(await client.POST("/authenticate/begin", { body: { username } }));
    const got: Schemas["AuthenticationResponse"] = await ask({ get: publicKey });
    const body = { credential: got, scope };
    return must(await client.POST("/authenticate/finish", { body, params: { header: { DPoP } } }));
  }
  const refresh = (refreshToken = "") => client.POST("/token", {
    body: { grant_type: "refresh_token", refresh_token: refreshToken },
    headers,
  });

  const signedIn = await signIn();
  const refreshed = must(await refresh(signedIn.refresh_token));
  must(await client.POST("/revoke", { body: { token: refreshed.refresh_token }, headers }));
  const { error: revoked } = await refresh(refreshed.refresh_token);

  const { error: problem } = await client.POST("/register/begin", { body: { username: "\0" } });

  const proof = await ask({ prove: { method: "POST", path: "/authenticate/finish" } });
  const bound = await signIn("account", proof);
  const token = bound.access_token ?? "";
  client.use({
    async onRequest({ request, schemaPath }) {
      const { method } = request;
      request.headers.set("Authorization", `DPoP ${token}`);
      request.headers.set("DPoP", await ask({ prove: { method, path: schemaPath, token } }));
      return request;
    },
  });
  const me = must(await client.GET("/me"));
  const introspection = must(await client.POST("/introspect", { body: { token }, headers }));

  return {
    name: credential.name,
    user: signedIn.user.id,
    accessToken: refreshed.access_token,
    tokenTypes: [signedIn.token_type, refreshed.token_type, bound.token_type],
    revoked: revoked && "error" in revoked ? revoked.error : undefined,
    me: me.user.id,
    active: introspection.active,
    expiresAt: introspection.exp,
    problem: problem?.type,
    health: must(await client.GET("/health")).status,
  };
}
