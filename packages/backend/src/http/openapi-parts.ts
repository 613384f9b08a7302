// What the parts of the OpenAPI document are made of.

import { ref } from "./openapi-schemas.ts";

export const json = (schema: object, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
export const failure = (description: string) => json(ref("Error"), description);
/** Of every route that wants a token where tokens are required. */
export const GUARDED = {
  "401": failure("Tokens are required here, and this is none that is known."),
  "403": failure("Another site's page, a Host that is not ours, or a token without the scope."),
  "429": failure("More comes from this address than is taken; Retry-After says when to ask again."),
};
export const AWAY = {
  ...GUARDED,
  "503": failure("The store is away for the moment; Retry-After says when to ask again."),
};

export const query = (name: string, schema: object, description: string) => ({
  name,
  in: "query",
  required: false,
  schema,
  description,
});
