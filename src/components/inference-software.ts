import type { PlatformName } from "../schemas/host.ts";
import { brew } from "./homebrew.ts";
import { ours } from "./ours.ts";
import type { Software } from "./software.ts";

/** What runs language models; a part of the table in software.ts. */
export const inferenceSoftware = {
  ollama: {
    debian: {
      packages: {}, // an artefact
      tools: { curl: "*", "ca-certificates": "*" }, // asks it; it trusts its registry by them
      daemon: "ollama",
      program: "/opt/ollama/bin/ollama",
      released: "bin/ollama",
      ...ours.debian("ollama"),
    },
    darwin: {
      packages: { ollama: "*" },
      daemon: "ollama",
      program: `${brew}/opt/ollama/bin/ollama`,
      released: "bin/ollama",
      ...ours.darwin("ollama"),
    },
  },
  reranker: {
    debian: {
      packages: { "python3-venv": "*", curl: "*" },
      daemon: "infinity",
      program: "/usr/bin/python3",
      ...ours.debian("infinity"),
    },
    darwin: {
      packages: { "python@3.12": "*" },
      daemon: "infinity",
      program: `${brew}/opt/python@3.12/bin/python3.12`,
      ...ours.darwin("infinity"),
    },
  },
} satisfies Record<string, Record<PlatformName, Software>>;
