// The sheet of keys, opened by `?`. Fetched when it is first asked for.
import { useRef } from "react";
import { Dialog } from "../shell/dialog.tsx";

const GROUPS: readonly { readonly title: string; readonly keys: readonly (readonly [string[], string])[] }[] =
  [
    {
      title: "Move",
      keys: [
        [["↓", "j"], "Next row"],
        [["↑", "k"], "Previous row"],
        [["PgDn", "PgUp"], "A page down, up"],
        [["Home", "End"], "First, last row"],
        [["s", "w"], "Scroll down, up"],
        [["Enter"], "Open the span"],
        [["Esc"], "Close it; then show the whole trace"],
      ],
    },
    {
      title: "Fold",
      keys: [
        [["→", "l"], "Expand, or go in"],
        [["←", "h"], "Collapse, or go out"],
        [["[", "]"], "Collapse all, expand all"],
        [["{", "}"], "Collapse, expand one level"],
      ],
    },
    {
      title: "Time",
      keys: [
        [["+", "−"], "Zoom in, out"],
        [["a", "d"], "Pan left, right"],
        [["0"], "The whole trace"],
        [["c"], "Critical path on, off"],
        [["Drag"], "Zoom to what was dragged over"],
        [["Ctrl", "wheel"], "Zoom at the pointer; with Shift pan"],
      ],
    },
    {
      title: "Find",
      keys: [
        [["/"], "Find in this trace"],
        [["f", "b"], "Next, previous match"],
        [["e", "E"], "Open the next, the previous error"],
        [["key=value"], "An attribute, or part of one"],
        [["-word"], "Without it"],
        [['"two words"'], "As it stands"],
      ],
    },
  ];

export default function KeyHelp({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <Dialog dialog={dialog} id="key-help" title="Keys" size="max-w-2xl" close={close}>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {GROUPS.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="mb-1.5 text-xs font-medium text-kumo-subtle">{title}</h3>
            <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-3 gap-y-1 text-sm">
              {keys.map(([names, meaning]) => (
                <div key={meaning} className="contents">
                  <dt className="flex gap-1">
                    {names.map((name) => (
                      <kbd
                        key={name}
                        className="rounded border border-kumo-line bg-kumo-recessed px-1.5 font-mono text-xs leading-5"
                      >
                        {name}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
