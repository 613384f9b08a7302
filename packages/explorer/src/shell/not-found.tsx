// For addresses that lead nowhere.
import { Link } from "@tanstack/react-router";
import { Notice } from "./notice.tsx";

export function NotFound() {
  return (
    <Notice title="There is no such page" detail="The address may be mistyped.">
      <Link to="/" className="text-kumo-link underline">
        To the traces
      </Link>
    </Notice>
  );
}
