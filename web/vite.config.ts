import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  // The server puts another nonce in its place each time that it sends the page.
  html: { cspNonce: "HUDDLE_NONCE" },
  server: { proxy: { "/graphql": { target: server, ws: true } } },
  build: {
    // Fonts and icons stay files: the server's content security policy allows no data: sources.
    assetsInlineLimit: 0,
    target: "es2022",
    chunkSizeWarningLimit: 900,
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
