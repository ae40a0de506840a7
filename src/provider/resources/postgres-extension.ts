import { postgresExtensionSchema } from "../../schemas/postgres-extension.ts";
import type { Host } from "../host.ts";
import {
  alterExtension,
  createExtension,
  dropExtension,
  extensionPackage,
} from "../platforms/posix/postgres-database.ts";
import type { Cluster, Failure } from "../platforms/posix/postgres-psql.ts";
import { defineResource } from "../resource.ts";
import { clusterContents, databaseContents, defaultCluster, inCluster, twoParts, write } from "./postgres-access.ts";

/** Holds an extension of a database, its version and its schema. */
export default defineResource(postgresExtensionSchema, {
  name: ({ database, name }) => `${database}/${name}`,
  holds: (desired) => [inCluster(desired, `extension ${desired.name} in ${desired.database}`)],
  identify: (id) => {
    const [database, name] = twoParts(id, "database/extension");
    return { ...defaultCluster, database, name };
  },

  async observe(host, desired) {
    const { database } = desired;
    const contents = await databaseContents(host, desired, database);
    const extension = contents?.extensions.find(({ name }) => name === desired.name);
    return extension && { database, ...extension };
  },

  async reconcile(host, desired, observed) {
    const { database, name } = desired;
    await write(host, desired, {
      what: `${observed ? "change" : "create"} extension ${name} in database ${database}`,
      database,
      script: observed ? alterExtension(changed(desired, observed)) : createExtension(desired),
      advise: await adviser(host, desired, name),
    });
  },

  async remove(host, recorded) {
    const { database, name, destroyOnDelete } = recorded;
    if (!destroyOnDelete) return;
    const contents = await databaseContents(host, recorded, database);
    if (!contents?.extensions.some((extension) => extension.name === name)) return;
    await write(host, recorded, {
      what: `drop extension ${name} from database ${database}`,
      database,
      script: dropExtension(name),
      advise: ({ message }) =>
        message.includes("depend on it")
          ? "Nothing was dropped. Drop what depends on it first, or keep the extension"
          : undefined,
    });
  },

  async list(host) {
    const { databases } = await clusterContents(host, defaultCluster);
    const names = databases.filter(({ isTemplate }) => !isTemplate).map(({ name }) => name);
    const contents = await Promise.all(names.map((name) => databaseContents(host, defaultCluster, name)));
    return names.flatMap((database, at) => contents[at]?.extensions.map(({ name }) => `${database}/${name}`) ?? []);
  },
});

/** Only what is otherwise: to move an extension to where it is, or to the version it has, can fail. */
const changed = (
  { name, version, schema }: { name: string; version?: string; schema?: string },
  observed: { version?: unknown; schema?: unknown },
) => ({
  name,
  ...(version !== observed.version && { version }),
  ...(schema !== observed.schema && { schema }),
});

async function adviser(host: Host, at: Cluster, extension: string): Promise<(failure: Failure) => string | undefined> {
  const { major } = await clusterContents(host, at);
  return ({ message }) => {
    if (/is not available$/.test(message)) return extensionPackage(host.platform.name, extension, major);
    if (/has no (installation script|update path)/.test(message)) {
      return `The server offers other versions: SELECT version FROM pg_available_extension_versions WHERE name = '${extension}'`;
    }
    return undefined;
  };
}
