import type { Declaration } from "../../case.ts";
import { documented } from "../../documented.ts";

const email = {
  name: "EMAIL",
  type: "SendEmail",
  attributes: { "cloudflare.send_email.from": "a@example.com" },
  overRpc: true,
} as const;
const secret = { name: "SECRET", type: "SecretsStoreSecret", overRpc: true } as const;

export default {
  bindings: { platform: ["EMAIL", "SECRET"] },
  beyond: [
    ...documented(email, "mail > send_email", { "cloudflare.send_email.to": "b@example.com" }),
    ...documented(email, "many > send_email", { "cloudflare.send_email.to": "b@example.com, c@example.com" }),
    ...documented(
      email,
      "incomplete > send_email",
      {},
      { type: "TypeError", message: "Cannot read properties of undefined (reading 'email')" },
    ),
    ...documented(
      secret,
      "secret > secrets_store_get",
      {},
      { type: "Error", message: 'Secret "secret" not found' },
    ),
  ],
} satisfies Declaration;
