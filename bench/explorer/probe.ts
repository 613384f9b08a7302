// What runs inside the measured page, before anything of the page's own: it notes when rows were painted and how long
// frames took. It is sent as text, so it uses nothing from outside itself.

export interface Probe {
  /** When the first rows had been painted, by the page's clock. */
  firstRows: Promise<number>;
  /** When the page was last clicked. */
  clickedAt: number | undefined;
  startFrames(): void;
  /** Milliseconds between one frame and the next since `startFrames`. */
  stopFrames(): number[];
  /** Types the text as a reader's key would. */
  typeInto(input: HTMLInputElement, text: string): Promise<Typed>;
  /** Begins to look for a link that says just this; the page does not have it yet. */
  lookForLink(text: string): void;
  /** When it was in the page, in milliseconds since 1970. */
  linkSeenAt: Promise<number>;
}

/** From the key on, in milliseconds. */
export interface Typed {
  /** Until the rows in sight that match are painted as such. */
  markedMs: number;
  /** Until it is painted how many match in the whole trace. */
  countedMs: number;
}

declare global {
  interface Window {
    probe: Probe;
  }
}

export function installProbe(): void {
  /** After the next frame has been handed to the screen. */
  const painted = (done: () => void): void => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    });
  };
  let frames: number[] | undefined;
  const probe: Probe = {
    firstRows: new Promise((resolve) => {
      const rows = new MutationObserver(() => {
        if (document.querySelector("[role=row][aria-level]") === null) return;
        rows.disconnect();
        painted(() => resolve(performance.now()));
      });
      rows.observe(document, { subtree: true, childList: true });
    }),
    clickedAt: undefined,
    startFrames() {
      const times: number[] = [];
      frames = times;
      let last = performance.now();
      const next = (now: number): void => {
        if (frames !== times) return;
        times.push(now - last);
        last = now;
        requestAnimationFrame(next);
      };
      requestAnimationFrame((now) => {
        last = now;
        requestAnimationFrame(next);
      });
    },
    stopFrames() {
      const times = frames ?? [];
      frames = undefined;
      return times;
    },
    async typeInto(input, text) {
      const started = performance.now();
      /** Resolves once an element with that attribute says the text and is painted. */
      const said = (attribute: string): Promise<number> =>
        new Promise((resolve) => {
          const changes = new MutationObserver(() => {
            if (document.querySelector(`[${attribute}]`)?.getAttribute(attribute) !== text) return;
            changes.disconnect();
            painted(() => resolve(performance.now() - started));
          });
          changes.observe(document.body, { subtree: true, childList: true, attributes: true });
        });
      const marked = said("data-marked");
      const counted = said("data-found");
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, text);
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      return { markedMs: await marked, countedMs: await counted };
    },
    lookForLink(text) {
      probe.linkSeenAt = new Promise((resolve) => {
        const changes = new MutationObserver(() => {
          if (!Array.from(document.links, ({ textContent }) => textContent).includes(text)) return;
          changes.disconnect();
          resolve(performance.timeOrigin + performance.now());
        });
        changes.observe(document.body, { subtree: true, childList: true, characterData: true });
      });
    },
    linkSeenAt: new Promise(() => {}),
  };
  window.probe = probe;
  document.addEventListener(
    "click",
    ({ timeStamp }) => {
      probe.clickedAt = timeStamp;
    },
    { capture: true },
  );
}
