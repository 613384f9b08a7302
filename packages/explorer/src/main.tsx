// Starts the page.
import { notifyManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { asFailure } from "./api/failure.ts";
import "./app.css";
import { router } from "./router.tsx";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The server is most often on this very machine: "no network" says nothing about it.
      networkMode: "always",
      // What the server refused it will refuse again.
      retry: (failures, error) => failures < 1 && asFailure(error).isPassing,
      retryDelay: 500,
      // The live feed says when something is new.
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnMount: "always",
      refetchOnWindowFocus: false,
    },
  },
});

// An answer is drawn at once: by default it would wait for a timer, behind whatever else the page has to do.
notifyManager.setScheduler(queueMicrotask);

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
