import { addresses } from "../addresses.ts";
import type { Check } from "../check.ts";
import { ports } from "../ports.ts";
import { postgresVersion } from "../postgres-version.ts";
import { reach } from "../reach.ts";
import { references } from "../references.ts";
import { answerSpeed } from "./answer-speed.ts";
import { artefacts } from "./artefacts.ts";
import { auth } from "./auth.ts";
import { contextLength } from "./context-length.ts";
import { databaseBackup } from "./database-backup.ts";
import { ddcSync } from "./ddc-sync.ts";
import { droppedVectors } from "./dropped-vectors.ts";
import { dumpVersion } from "./dump-version.ts";
import { embedEndpoint } from "./embed-endpoint.ts";
import { embeddingPrefixes } from "./embedding-prefixes.ts";
import { fixedAddresses } from "./fixed-addresses.ts";
import { framework } from "./framework.ts";
import { gpuLimit } from "./gpu-limit.ts";
import { importSource } from "./import-source.ts";
import { importedVectors } from "./imported-vectors.ts";
import { keyBesideData } from "./key-beside-data.ts";
import { launchAgents } from "./launch-agents.ts";
import { logShipper } from "./log-shipper.ts";
import { macMemory } from "./mac-memory.ts";
import { memory } from "./memory.ts";
import { missingExporters } from "./missing-exporters.ts";
import type { MacminisModel } from "./model.ts";
import { openServices } from "./open-services.ts";
import { pgvectorPackage } from "./pgvector-package.ts";
import { placeholderAgents } from "./placeholder-agents.ts";
import { plainTraffic } from "./plain-traffic.ts";
import { postgresPackages } from "./postgres-packages.ts";
import { pulledModels } from "./pulled-models.ts";
import { rerankRuntime } from "./rerank-runtime.ts";
import { siteBundle } from "./site-bundle.ts";
import { tlsMode } from "./tls-mode.ts";
import { watchedWatcher } from "./watched-watcher.ts";
import { webhooks } from "./webhooks.ts";

/** By id. What only the live machine can tell (MM-14, MM-30, and more of MM-02, MM-03 and MM-22) the provider judges. */
export const macminisChecks: readonly Check<MacminisModel>[] = [
  ports,
  memory,
  gpuLimit,
  contextLength,
  rerankRuntime,
  pulledModels,
  importedVectors,
  embeddingPrefixes,
  embedEndpoint,
  dumpVersion,
  importSource,
  auth,
  pgvectorPackage,
  launchAgents,
  logShipper,
  plainTraffic,
  ddcSync,
  keyBesideData,
  artefacts,
  answerSpeed,
  macMemory,
  fixedAddresses,
  openServices,
  webhooks,
  tlsMode,
  databaseBackup,
  watchedWatcher,
  framework,
  siteBundle,
  missingExporters,
  placeholderAgents,
  references,
  addresses,
  reach,
  postgresVersion,
  droppedVectors,
  postgresPackages,
];
