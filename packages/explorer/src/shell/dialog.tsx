// A dialog over the page, with a title. Its button closes it, as do Esc and a click beside it.
import { type ReactNode, type RefObject, useEffect } from "react";

interface DialogProps {
  /** By which whoever shows the dialog can close it as its button does. */
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly id: string;
  readonly title: string;
  /** How large it may be. */
  readonly size: string;
  /** Called once it is closed. */
  readonly close: () => void;
  readonly children: ReactNode;
}

export function Dialog({ dialog, id, title, size, close, children }: DialogProps) {
  useEffect(() => dialog.current?.showModal(), [dialog]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself, and so does the button.
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={`m-auto w-full rounded-lg border border-kumo-line bg-kumo-base p-5 text-kumo-default shadow-lg backdrop:bg-black/40 ${size}`}
      onClose={close}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div className="mb-4 flex items-center justify-between">
        <h2 id={id} className="text-base font-semibold text-kumo-strong">
          {title}
        </h2>
        <form method="dialog">
          <button type="submit" className="cursor-pointer rounded px-2 py-0.5 text-kumo-link underline">
            Close
          </button>
        </form>
      </div>
      {children}
    </dialog>
  );
}
