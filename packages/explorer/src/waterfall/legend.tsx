// What the colours mean, and the choice of what they shall mean.
import { type ColourBy, productHue, serviceHue } from "../theme/palette.ts";
import type { Product } from "../trace/product.ts";

/** More names than this do not fit beside the tools. */
const MAX_NAMES = 8;

interface LegendProps {
  readonly products: readonly Product[];
  readonly services: readonly string[];
  readonly colourBy: ColourBy;
  readonly setColourBy: (by: ColourBy) => void;
}

export function Legend({ products, services, colourBy, setColourBy }: LegendProps) {
  const entries =
    colourBy === "product"
      ? products.map((name) => ({ name, hue: productHue(name) }))
      : services.map((name) => ({ name, hue: serviceHue(name) }));
  return (
    <div className="flex min-w-0 items-center justify-end gap-3 pl-2 text-xs text-kumo-subtle max-lg:ml-auto lg:flex-1">
      {/* One line high: what has no room in it is not cut in the middle but left out. */}
      <ul
        title={entries.map(({ name }) => name).join(", ")}
        className="flex h-5 min-w-0 flex-wrap justify-end gap-x-3 overflow-hidden max-lg:hidden"
      >
        {entries.slice(0, MAX_NAMES).map(({ name, hue }) => (
          <li key={name} className="flex items-center gap-1.5 whitespace-nowrap">
            <span className="swatch size-2 rounded-xs" style={{ "--hue": hue }} />
            {name}
          </li>
        ))}
        {entries.length > MAX_NAMES && <li>+{entries.length - MAX_NAMES}</li>}
      </ul>
      <button
        type="button"
        title="What the bars' colours show"
        className="h-6.5 cursor-pointer rounded-md border border-kumo-line px-2 whitespace-nowrap text-kumo-default hover:bg-kumo-tint"
        onClick={() => setColourBy(colourBy === "product" ? "service" : "product")}
      >
        <span className="text-kumo-subtle max-sm:sr-only">Colour: </span>
        {colourBy === "product" ? "product" : "service"}
      </button>
    </div>
  );
}
