// Faults of our own routes as their handlers throw them, and the check of parameters that finds most of them.

import type { z } from "zod";
import type { ApiError } from "./contract.ts";

/** An `ApiError` with its status; thrown by handlers, answered by app.ts. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  readonly status: 400 | 404 | 409 | 429;
  readonly code: string;

  constructor(status: 400 | 404 | 409 | 429, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const apiError = (code: string, message: string): ApiError => ({ error: { code, message } });

/** The value as the schema has it; `name` is where it was, if not in a member of its own. @throws ApiFault */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, name = ""): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = [name, ...(issue?.path ?? [])].filter(Boolean).join(".");
  throw new ApiFault(400, "invalid_parameter", `${place}: ${issue?.message ?? "is not valid"}`);
}
