// The way out of a server that wants a login; nothing where it wants none.
import { Button } from "@cloudflare/kumo/components/button";
import type { SessionResponse } from "@enterspan/backend/contract";
import { SignOutIcon } from "@phosphor-icons/react/SignOut";
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/request.ts";

/** By fetch: this page sends no referrer, so a form of it would come from nobody, and be refused. */
async function logOut(): Promise<void> {
  await fetch("/logout", { method: "POST", redirect: "manual" });
  location.assign("/login");
}

export function LogOut() {
  const { data } = useQuery({
    queryKey: ["session"],
    queryFn: ({ signal }) => get<SessionResponse>("/api/session", signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data?.isLoggedIn !== true) return null;
  return (
    <Button
      variant="ghost"
      size="sm"
      shape="square"
      aria-label="Log out"
      title="Log out"
      icon={<SignOutIcon size={16} />}
      onClick={() => void logOut()}
    />
  );
}
