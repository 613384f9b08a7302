// What stands around every page: the bar at the top.
import { Link, Outlet } from "@tanstack/react-router";
import { LivePill } from "./live-pill.tsx";
import { LogOut } from "./log-out.tsx";
import { Logo } from "./logo.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";

const PAGES = [
  { to: "/", name: "Traces" },
  { to: "/logs", name: "Logs" },
  { to: "/query", name: "Query" },
  { to: "/map", name: "Map" },
] as const;

export function Shell() {
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <header className="flex h-11 shrink-0 items-center gap-2 border-b border-kumo-line bg-kumo-base px-3 sm:px-4">
        <Link to="/" className="flex items-center gap-2 rounded font-semibold text-kumo-strong">
          <Logo className="size-5" />
          <span className="text-sm tracking-tight max-sm:sr-only">enterspan</span>
        </Link>
        <nav aria-label="Main" className="flex min-w-0 items-center overflow-x-auto text-sm">
          {PAGES.map(({ to, name }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: true, includeSearch: false }}
              className="rounded-md px-2 py-1 text-kumo-subtle hover:bg-kumo-tint aria-[current]:font-medium aria-[current]:text-kumo-default"
            >
              {name}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex shrink-0 items-center gap-2">
          <LivePill />
          <ThemeToggle />
          <LogOut />
        </div>
      </header>
      <Outlet />
    </div>
  );
}
