// Does at random what programs do with the binding to their static assets, and with sockets that are refused, and answers
// what came of each step: of one seed always the same, whoever watches. `?seed=1&steps=20`.
import { connect } from "cloudflare:sockets";
import { attempt, Dice } from "./seeded.ts";

// biome-ignore lint/suspicious/noExplicitAny: the program asks for what is not there, too
type Any = any;

type Step = (dice: Dice, assets: Any) => unknown;

const PATHS = [
  "/",
  "/index.html",
  "/folder/page",
  "/folder/page.html",
  "/folder",
  "/data.json",
  "/none",
  "//",
  "/%zz",
];
const url = (dice: Dice) => `http://assets${dice.pick(PATHS)}`;

const answered = async (response: Any) => [
  response.status,
  response.statusText,
  response.redirected,
  response.url,
  [...response.headers].filter(([name]) => name !== "date"),
  response.body?.constructor.name,
  await response.text(),
];

const steps: Step[] = [
  (dice, assets) => assets.fetch(url(dice)).then(answered),
  (dice, assets) =>
    assets.fetch(new URL(url(dice)), { redirect: dice.pick(["manual", "follow", "error"]) }).then(answered),
  (dice, assets) =>
    assets
      .fetch(new Request(url(dice), { method: dice.pick(["HEAD", "POST", "OPTIONS", "GET"]) }))
      .then(answered),
  async (dice, assets) => {
    const first = await assets.fetch(url(dice));
    await first.body?.cancel();
    const etag = first.headers.get("etag") ?? '"none"';
    return assets
      .fetch(url(dice), { headers: { "if-none-match": dice.pick([etag, '"other"']) } })
      .then(answered);
  },
  (dice, assets) =>
    assets
      .fetch(url(dice), { headers: dice.pick([{ range: "bytes=0-3" }, { accept: "text/html" }, {}]) })
      .then(answered),
  async (dice, assets) => {
    const response = await assets.fetch(url(dice));
    const copy = new Response(response.body, response);
    copy.headers.set("x-copied", "yes");
    return answered(copy);
  },
  async (dice, assets) => {
    const [one, other] = (await assets.fetch(url(dice))).clone().body?.tee() ?? [];
    return [await new Response(one).text(), await new Response(other).text()];
  },
  (dice, assets) => assets.fetch(dice.pick([undefined, "", "/data.json", 7, {}])),
  (_, assets) => assets.fetch("http://assets/", { signal: AbortSignal.abort() }),
  (_, assets) => [
    Object.keys(assets),
    JSON.stringify({ assets }),
    String(assets),
    assets.constructor.name,
    assets.fetch.length,
    assets.connect?.length,
  ],
  (_, assets) => structuredClone(assets),

  (dice) =>
    connect(
      dice.pick(["127.0.0.1", "", ":1", "127.0.0.1:x", "127.0.0.1:70000", undefined, null, 5, {}]) as Any,
    ),
  (dice) =>
    connect(
      dice.pick([
        "127.0.0.1:1",
        { hostname: "127.0.0.1", port: 1 },
        { hostname: "127.0.0.1", port: "1" },
      ]) as Any,
    ).opened,
  async (dice) => {
    const socket = connect(
      "127.0.0.1:1",
      dice.pick([
        undefined,
        {},
        { secureTransport: "on" },
        { secureTransport: "x" },
        { allowHalfOpen: true },
      ]) as Any,
    );
    const closed = await attempt(() => socket.closed);
    return [closed, await attempt(() => socket.opened), socket.upgraded, socket.secureTransport];
  },
  async () => {
    const socket = connect("127.0.0.1:1");
    return [
      await attempt(() => socket.startTls()),
      Object.keys(socket),
      socket.constructor.name,
      socket.startTls.name,
      socket.startTls.length,
      new Set([socket.opened, socket.opened]).size,
    ];
  },
  () => [connect.name, connect.length, String(connect).includes("connect")],
];

export default {
  async fetch(request: Request, { ASSETS }: Any): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const dice = new Dice(Number(searchParams.get("seed")));
    const answers: string[] = [];
    for (let i = 0; i < Number(searchParams.get("steps")); i++) {
      const at = dice.roll(steps.length);
      answers.push(`${i}: step ${at}: ${await attempt(() => steps[at]?.(dice, ASSETS))}`);
    }
    return Response.json(answers);
  },
};
