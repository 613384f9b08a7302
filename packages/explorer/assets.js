// Where the built explorer lies, for the server that serves it: the only thing this package exports at run time.
import { fileURLToPath } from "node:url";

export const assetsDir = fileURLToPath(new URL("./dist", import.meta.url));
