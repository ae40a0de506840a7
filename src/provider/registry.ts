// Every resource there is, a line each.
import type { Resource } from "./resource.ts";
import archive from "./resources/archive.ts";
import certificate from "./resources/certificate.ts";
import certificateAuthority from "./resources/certificate-authority.ts";
import configuration from "./resources/configuration.ts";
import daemon from "./resources/daemon.ts";
import directory from "./resources/directory.ts";
import exec from "./resources/exec.ts";
import file from "./resources/file.ts";
import firewall from "./resources/firewall.ts";
import group from "./resources/group.ts";
import hostEntries from "./resources/host-entries.ts";
import hostname from "./resources/hostname.ts";
import kesKey from "./resources/kes-key.ts";
import link from "./resources/link.ts";
import machine from "./resources/machine.ts";
import ollamaModel from "./resources/ollama-model.ts";
import ollamaServer from "./resources/ollama-server.ts";
import packageSet from "./resources/package-set.ts";
import postgresDatabase from "./resources/postgres-database.ts";
import postgresExtension from "./resources/postgres-extension.ts";
import postgresImport from "./resources/postgres-import.ts";
import postgresRole from "./resources/postgres-role.ts";
import postgresScript from "./resources/postgres-script.ts";
import power from "./resources/power.ts";
import privateKey from "./resources/private-key.ts";
import service from "./resources/service.ts";
import sysctl from "./resources/sysctl.ts";
import timer from "./resources/timer.ts";
import user from "./resources/user.ts";

export const resources: readonly Resource[] = [
  archive,
  certificate,
  certificateAuthority,
  configuration,
  daemon,
  directory,
  exec,
  file,
  firewall,
  group,
  hostEntries,
  hostname,
  kesKey,
  link,
  machine,
  ollamaModel,
  ollamaServer,
  packageSet,
  postgresDatabase,
  postgresExtension,
  postgresImport,
  postgresRole,
  postgresScript,
  power,
  privateKey,
  service,
  sysctl,
  timer,
  user,
];
