import { defineConfig } from "vitest/config";

// One self-contained classic script: a host page includes it with one tag and nothing else is fetched.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "../../zhiyin/frontend/widget",
    emptyOutDir: true,
    target: "es2020",
    minify: "oxc",
    lib: { entry: "src/main.ts", formats: ["iife"], name: "ZhiyinWidget", fileName: () => "widget.js" },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
