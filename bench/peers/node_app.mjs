// Node's http server with one Redis subscriber, as tutorials have it: every client's response in a set, written to in a loop.
import http from "node:http";
import net from "node:net";

const clients = new Set();
let number = 0;

http
  .createServer((request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
    response.write("event: hello\ndata: {}\n\n");
    clients.add(response);
    request.on("close", () => clients.delete(response));
  })
  .listen({ port: Number(process.env.PORT), host: "127.0.0.1", backlog: 4096 });

function tell(text) {
  number += 1;
  const frame = `id: ${number}\nevent: message.created\ndata: ${text}\n\n`;
  for (const response of clients) {
    response.write(frame);
  }
}

// The least of RESP2 that a subscriber meets: arrays of bulk strings, or of two and a number. No client library is needed.
const redis = net.connect(Number(process.env.BENCH_REDIS_PORT), "127.0.0.1", () => redis.write("SUBSCRIBE room\r\n"));
let waiting = Buffer.alloc(0);
redis.on("data", (data) => {
  waiting = Buffer.concat([waiting, data]);
  for (let message = take(); message; message = take()) {
    if (message[0] === "message") {
      tell(message[2]);
    }
  }
});

function take() {
  const parts = [];
  let at = waiting.indexOf("\r\n") + 2;
  if (at < 2) {
    return null;
  }
  const count = Number(waiting.toString("latin1", 1, at - 2));
  for (let part = 0; part < count; part += 1) {
    const end = waiting.indexOf("\r\n", at);
    if (end < 0) {
      return null;
    }
    const head = waiting.toString("latin1", at, end);
    at = end + 2;
    if (head.startsWith("$")) {
      const length = Number(head.slice(1));
      if (waiting.length < at + length + 2) {
        return null;
      }
      parts.push(waiting.toString("utf8", at, at + length));
      at += length + 2;
    } else {
      parts.push(head);
    }
  }
  waiting = waiting.subarray(at);
  return parts;
}
