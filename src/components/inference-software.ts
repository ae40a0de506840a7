import type { PlatformName } from "../schemas/host.ts";
import { brew } from "./homebrew.ts";
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
      user: "ollama",
      group: "ollama",
      made: true,
      configuration: "/etc/ollama",
      state: "/var/lib/ollama",
    },
    darwin: {
      packages: { ollama: "*" },
      daemon: "ollama",
      program: `${brew}/opt/ollama/bin/ollama`,
      released: "bin/ollama",
      user: "_ollama",
      group: "_ollama",
      made: true,
      configuration: `${brew}/etc/ollama`,
      state: `${brew}/var/ollama`,
    },
  },
  reranker: {
    debian: {
      packages: { "python3-venv": "*", curl: "*" },
      daemon: "infinity",
      program: "/usr/bin/python3",
      user: "infinity",
      group: "infinity",
      made: true,
      configuration: "/etc/infinity",
      state: "/var/lib/infinity",
    },
    darwin: {
      packages: { "python@3.12": "*" },
      daemon: "infinity",
      program: `${brew}/opt/python@3.12/bin/python3.12`,
      user: "_infinity",
      group: "_infinity",
      made: true,
      configuration: `${brew}/etc/infinity`,
      state: `${brew}/var/infinity`,
    },
  },
} satisfies Record<string, Record<PlatformName, Software>>;
