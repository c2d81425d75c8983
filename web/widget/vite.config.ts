import { defineConfig } from "vitest/config";

// One self-contained classic script: a host page includes it with one tag and nothing else is fetched. What the settings
// show of it (`--mode preview`) is a script of its own, so that no host page pays for it.
export default defineConfig(({ mode }) => {
  const name = mode === "preview" ? "preview" : "main";
  const file = mode === "preview" ? "widget-preview.js" : "widget.js";
  return {
    publicDir: false,
    build: {
      outDir: "../../zhiyin/frontend/widget",
      emptyOutDir: mode !== "preview",
      target: "es2020",
      minify: "oxc",
      lib: { entry: `src/${name}.ts`, formats: ["iife"], name: "ZhiyinWidget", fileName: () => file },
    },
    test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
  };
});
