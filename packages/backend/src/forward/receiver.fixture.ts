// A destination for tests: an OTLP/HTTP receiver that answers as the test says and remembers what it took.

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { LogsData, TracesData } from "@enterspan/otlp";
import { onTestFinished } from "vitest";
import {
  type Destination,
  type DestinationSettings,
  destinationOf,
  destinationSettings,
} from "./destination.ts";
import { readLogs, readTraces } from "./official-otlp.fixture.ts";

export interface Taken {
  path: string;
  headers: IncomingHttpHeaders;
  traces: TracesData;
  logs: LogsData;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export class Receiver {
  /** Requests that were answered with 200. */
  readonly taken: Taken[] = [];
  /** All requests. */
  asked = 0;
  /** How the next ones are answered. */
  answer: (taken: Taken) => Answer | Promise<Answer> = () => ({ status: 200 });
  url = "";
  #changed = Promise.withResolvers<void>();

  /** Listens on a free port, or on `port`; gone after the test. */
  static async start(port = 0): Promise<Receiver> {
    const receiver = new Receiver();
    const server = createServer(async (request, response) => {
      const body = await buffer(request).catch(() => undefined);
      if (body === undefined) return;
      const { url: path = "", headers: asked } = request;
      const sent = { body, contentType: asked["content-type"], contentEncoding: asked["content-encoding"] };
      const isTraces = path.endsWith("/v1/traces");
      const taken: Taken = {
        path,
        headers: asked,
        traces: isTraces ? readTraces(sent) : { resourceSpans: [] },
        logs: isTraces ? { resourceLogs: [] } : readLogs(sent),
      };
      const { status, headers = {}, body: text = "" } = await receiver.answer(taken);
      if (status === 200) receiver.taken.push(taken);
      receiver.asked++;
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
      receiver.#changed.resolve();
      receiver.#changed = Promise.withResolvers();
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return receiver;
  }

  /** Waits until `holds`, which is looked at after every request. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await this.#changed.promise;
  }

  get spanNames(): string[] {
    return this.taken.flatMap(({ traces }) =>
      traces.resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
      ),
    );
  }

  get logTexts(): string[] {
    return this.taken.flatMap(({ logs }) =>
      logs.resourceLogs.flatMap(({ scopeLogs }) =>
        scopeLogs.flatMap(({ logRecords }) =>
          logRecords.map(({ body }) => ("stringValue" in body ? body.stringValue : "")),
        ),
      ),
    );
  }
}

export function newDestination(name: string, settings: DestinationSettings): Destination {
  return destinationOf(name, destinationSettings.parse(settings), "settings");
}
