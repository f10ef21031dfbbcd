// y-websocket's server, which keeps documents in memory alone: node ywebsocket.mjs <port>
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { setupWSConnection } from "@y/websocket-server/utils";

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on("connection", (socket, request) => setupWSConnection(socket, request, { gc: false }));
server.listen(Number(process.argv[2]), "127.0.0.1");
