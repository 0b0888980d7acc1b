import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` talks to a server started beside it; the build needs no address, it is served from the same origin.
const server = process.env.HOTLINE_DEV_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // no data: addresses, so that the content security policy stays narrow
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
    modulePreload: { polyfill: false }, // the polyfill would be an inline script
  },
  worker: { format: "es" },
  server: { proxy: { "/api": { target: server, ws: true } } },
});
