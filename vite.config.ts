import { defineConfig } from "vite";

// Three pages: the candidate's way in and room, and the staff's desk. Served by aiohttp from web/dist.
export default defineConfig({
  root: "web",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    rollupOptions: { input: { candidate: "web/candidate.html", portal: "web/portal.html", staff: "web/staff.html" } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/ws": { target: "ws://127.0.0.1:8080", ws: true } } },
  test: { root: "web", include: ["src/**/*.test.ts"] },
} as never);
