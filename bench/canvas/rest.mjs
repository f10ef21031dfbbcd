// Windows that are open and do nothing: a job {proto, windows} on standard input; prints "open", then waits for its end.
import { createInterface } from "node:readline";
import { Client } from "./client.mjs";

for await (const line of createInterface(process.stdin)) {
  const job = JSON.parse(line);
  for (const window of job.windows) await new Client({ proto: job.proto, ...window }).connect();
  console.log("open");
}
