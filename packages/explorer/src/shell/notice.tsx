// A page's message where it has nothing else to show: empty, failed, not found.
import { Button } from "@cloudflare/kumo/components/button";
import type { ReactNode } from "react";
import type { Failure } from "../api/failure.ts";

interface NoticeProps {
  readonly title: string;
  readonly detail?: string;
  readonly children?: ReactNode;
}

export function Notice({ title, detail, children }: NoticeProps) {
  return (
    <main className="grid min-h-0 flex-1 place-items-center overflow-auto p-6">
      <div className="flex w-full max-w-xl flex-col items-center gap-3 text-center">
        <h1 className="text-lg font-semibold text-kumo-strong">{title}</h1>
        {detail !== undefined && <p className="text-base text-kumo-subtle">{detail}</p>}
        {children}
      </div>
    </main>
  );
}

/** What went wrong, what to do about it, and a way to try again where that can help. */
export function FailureNotice({ failure, retry }: { readonly failure: Failure; readonly retry: () => void }) {
  return (
    <Notice title={failure.message} detail={failure.remedy}>
      <div role="alert" className="flex items-center gap-3">
        {failure.isPassing && <Button onClick={retry}>Try again</Button>}
        <code className="font-mono text-xs text-kumo-subtle">{failure.code}</code>
      </div>
    </Notice>
  );
}
