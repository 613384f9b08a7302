// What runs inside the measured page, before anything of the page's own: it notes when rows were painted and how long
// frames took. It is sent as text, so it uses nothing from outside itself.

export interface Probe {
  /** When the first rows had been painted, by the page's clock. */
  firstRows: number | undefined;
  startFrames(): void;
  /** Milliseconds between one frame and the next since `startFrames`. */
  stopFrames(): number[];
  /** Types the text as a reader's key would; resolves to the time until its matches are painted. */
  typeInto(input: HTMLInputElement, text: string): Promise<number>;
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
    firstRows: undefined,
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
    typeInto(input, text) {
      return new Promise((resolve) => {
        const started = performance.now();
        const marked = new MutationObserver(() => {
          if (document.querySelector("[data-found]")?.getAttribute("data-found") !== text) return;
          marked.disconnect();
          painted(() => resolve(performance.now() - started));
        });
        marked.observe(document.body, { subtree: true, childList: true, attributes: true });
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, text);
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      });
    },
  };
  window.probe = probe;
  const rows = new MutationObserver(() => {
    if (document.querySelector("[role=row][aria-level]") === null) return;
    rows.disconnect();
    painted(() => {
      probe.firstRows = performance.now();
    });
  });
  rows.observe(document, { subtree: true, childList: true });
}
