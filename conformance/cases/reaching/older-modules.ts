// The same where the runtime finds its modules as it did before it read their names as URLs.
export { default } from "./wait-until.ts";
