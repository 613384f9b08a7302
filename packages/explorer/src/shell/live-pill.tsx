// Whether what is on the screen is what the server has.
import type { LiveState } from "../api/live.ts";
import { useLiveState } from "../api/live-context.tsx";

const TEXT: Record<LiveState, { readonly label: string; readonly title: string; readonly dot: string }> = {
  connecting: { label: "Connecting", title: "Opening the live connection", dot: "bg-kumo-fill" },
  live: { label: "Live", title: "New traces appear by themselves", dot: "bg-kumo-success" },
  offline: {
    label: "Reconnecting",
    title: "The live connection is lost. Trying again; until then the page asks every 3 seconds.",
    dot: "bg-kumo-warning",
  },
};

export function LivePill() {
  const state = useLiveState();
  const { label, title, dot } = TEXT[state];
  return (
    <span role="status" title={title} className="flex items-center gap-1.5 text-xs text-kumo-subtle">
      <span className={`size-2 rounded-full ${dot}`} />
      <span className={state === "live" ? "max-sm:sr-only" : ""}>{label}</span>
    </span>
  );
}
