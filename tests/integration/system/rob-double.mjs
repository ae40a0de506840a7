// Stands in for the ROB API, which nobody publishes yet: says what it was given, and speaks back on an upgraded connection.
import { createServer } from "node:http";

const { HOST, PORT, DATABASE_URL, REDIS_URL, COLOUR } = process.env;

createServer((request, response) => {
  response.end(JSON.stringify({ path: request.url, colour: COLOUR, database: !!DATABASE_URL, redis: !!REDIS_URL }));
})
  .on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    socket.pipe(socket);
  })
  .listen(Number(PORT), HOST);
