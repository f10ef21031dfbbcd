// Hocuspocus as its manual starts it, with a store of files: node hocuspocus.mjs <port> <folder>
import { readFile, writeFile } from "node:fs/promises";
import { Server } from "@hocuspocus/server";
import * as Y from "yjs";

const [port, folder] = process.argv.slice(2);
const file = (name) => `${folder}/${name}.bin`;

const server = new Server({
  port: Number(port), address: "127.0.0.1", quiet: true, yDocOptions: { gc: false },
  async onLoadDocument({ document, documentName }) {
    const kept = await readFile(file(documentName)).catch(() => null);
    if (kept) Y.applyUpdate(document, kept);
    return document;
  },
  async onStoreDocument({ document, documentName }) {
    await writeFile(file(documentName), Y.encodeStateAsUpdate(document));
  },
});
await server.listen();
