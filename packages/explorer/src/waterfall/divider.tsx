// The handle between tree and time axis: dragged with the pointer, moved with the arrow keys.
import type { KeyboardEvent, PointerEvent } from "react";
import type { Split } from "./split.ts";

const STEP_PX = 16;

export function Divider({ split }: { readonly split: Split }) {
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    split.setTreePx(event.clientX - left);
  };
  const step = (event: KeyboardEvent): void => {
    const target = {
      ArrowLeft: split.treePx - STEP_PX,
      ArrowRight: split.treePx + STEP_PX,
      Home: split.minPx,
      End: split.maxPx,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    split.setTreePx(target);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the tree"
      aria-valuenow={split.treePx}
      aria-valuemin={split.minPx}
      aria-valuemax={split.maxPx}
      tabIndex={0}
      // Above the axis, which would cover its right half.
      className="group absolute inset-y-0 z-10 w-3 -translate-x-1/2 cursor-col-resize touch-none pointer-coarse:w-6"
      style={{ left: split.treePx }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={step}
    >
      <span className="mx-auto block h-full w-px bg-kumo-line group-hover:w-0.5 group-hover:bg-kumo-brand group-active:bg-kumo-brand" />
    </div>
  );
}
