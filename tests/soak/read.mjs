// Count the rows of each published table with DuckDB's client for Node: `node read.mjs FILE`.
import { createRequire } from "node:module";

// The package is installed beside the data, not beside this file.
const { DuckDBInstance } = createRequire(`${process.cwd()}/`)("@duckdb/node-api");
const instance = await DuckDBInstance.create(process.argv[2], { access_mode: "READ_ONLY" });
const connection = await instance.connect();
const query = async (sql) => (await connection.runAndReadAll(sql)).getRows();
const tables = await query(
  "select table_name from duckdb_tables() where schema_name = 'marts' order by all",
);
const rows = {};
for (const [name] of tables) {
  rows[name] = Number((await query(`select count(*) from marts."${name}"`))[0][0]);
}
console.log(JSON.stringify(rows));
