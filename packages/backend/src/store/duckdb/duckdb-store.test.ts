// DuckDB against the contract of all stores.

import { storeContract } from "../store.case.ts";
import { DuckDbStore } from "./duckdb-store.ts";

storeContract("DuckDB", (directory) => DuckDbStore.open(directory));
