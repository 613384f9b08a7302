// Builds the explorer into dist/, which the server serves at "/". `vite` alone serves it with hot reload against a
// server that already runs (ENTERSPAN_URL, http://127.0.0.1:4318 unless set).
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const server = process.env.ENTERSPAN_URL ?? "http://127.0.0.1:4318";

/** Each icon comes in six weights, of which the page and Kumo use three: the others are a twentieth of its JavaScript. */
function iconWeights(): Plugin {
  const unused = /\[\s*"(?:duotone|light|thin)",[\s\S]*?\n {2}\],?/g;
  return {
    name: "icon-weights",
    transform: {
      filter: { id: /@phosphor-icons\/react\/dist\/defs\/\w+\.es\.js$/ },
      handler: (code) => ({ code: code.replace(unused, ""), map: null }),
    },
  };
}

export default defineConfig({
  plugins: [iconWeights(), react(), tailwindcss()],
  build: {
    target: "es2023",
    sourcemap: false,
    modulePreload: { polyfill: false },
    // What the list and the waterfall need is loaded at once, and tests/size.test.ts bounds it; other pages and views
    // have files of their own, fetched when they are first opened.
    chunkSizeWarningLimit: 1_000,
  },
  server: { proxy: { "/api": server, "/v1": server } },
});
