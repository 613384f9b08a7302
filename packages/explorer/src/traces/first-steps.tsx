// What to do when nothing has been recorded yet. The page fills by itself once something has.
import type { ReactNode } from "react";
import { CopyButton } from "../shell/copy-button.tsx";
import { Notice } from "../shell/notice.tsx";

const COMMAND = "npx enterspan dev";

export function FirstSteps() {
  return (
    <Notice
      title="Waiting for the first trace"
      detail="Nothing has been recorded yet. This page shows traces the moment they arrive."
    >
      <div className="mt-3 grid w-full gap-4 rounded-lg border border-kumo-line bg-kumo-base p-4 text-left sm:p-5">
        <Step title="Trace a Worker" command={COMMAND}>
          Run this in the folder of your Worker, then send it a request.
        </Step>
        <div className="border-t border-kumo-hairline" />
        <Step title="Or send OpenTelemetry" command={`${location.origin}/v1/traces`}>
          Point any OTLP/HTTP exporter at this address, as protobuf or JSON.
        </Step>
      </div>
    </Notice>
  );
}

interface StepProps {
  readonly title: string;
  readonly command: string;
  readonly children: ReactNode;
}

function Step({ title, command, children }: StepProps) {
  return (
    <section className="grid min-w-0 gap-1.5">
      <h2 className="text-sm font-medium text-kumo-strong">{title}</h2>
      <p className="text-sm text-kumo-subtle">{children}</p>
      <div className="flex min-w-0 items-center gap-2 rounded-md bg-kumo-recessed py-1.5 pr-1.5 pl-3">
        <code className="min-w-0 flex-1 overflow-x-auto font-mono text-sm whitespace-nowrap">{command}</code>
        <CopyButton what={title.toLowerCase()} text={() => command} />
      </div>
    </section>
  );
}
