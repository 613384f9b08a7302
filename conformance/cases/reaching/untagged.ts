// The API where the platform's classes do not say what they are, as before the compatibility date 2024-09-26.
export { default } from "./context.ts";
