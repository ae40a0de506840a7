import { expect, test } from "vitest";

import { memory, pgHbaConf, pgIdentConf, postgresqlConf } from "../../../src/components/macminis/postgres-config.ts";
import { vectorColumn } from "../../../src/components/macminis/wiki-chunks.ts";
import { postgresOn } from "../../../src/components/postgres-software.ts";

test("32 GiB make the settings of the target", () => {
  expect(memory(32 * 1024)).toEqual({
    shared_buffers: "8192MB",
    effective_cache_size: "20480MB",
    maintenance_work_mem: "2048MB",
    work_mem: "64MB",
  });
});

test("the local socket lies where only the server's account may write", () => {
  const said = { address: "192.168.1.13", port: 5432, data: "/data", hostMemoryMiB: 4096, certificate: "c", key: "k" };
  for (const [platform, folder] of [
    ["debian", "/var/run/postgresql"],
    ["darwin", "/opt/homebrew/var/postgresql"],
  ] as const) {
    const { configuration, socket } = postgresOn(platform);
    expect(postgresqlConf({ ...said, configuration, socket })).toContain(`unix_socket_directories = '${folder}'\n`);
    expect(`${socket}/.s.PGSQL.65535`.length).toBeLessThanOrEqual(103); // as macOS has it
  }
});

test("a role is let in encrypted, from each of its hosts and from no other; the server's account is its owner too", () => {
  const local = { administrator: "_postgres", database: "wiki", owner: "migrate" };
  expect(pgIdentConf(local)).toBe("owner  _postgres  migrate\n");
  expect(
    pgHbaConf(local, [
      { database: "wiki", role: "+app", from: ["198.18.0.11", "198.18.0.12"] },
      { database: "wiki", role: "nobody", from: [] },
    ]),
  ).toBe(`local  all  _postgres  peer
local  wiki  migrate  peer  map=owner
hostssl  wiki  +app  198.18.0.11/32  scram-sha-256
hostssl  wiki  +app  198.18.0.12/32  scram-sha-256
`);
});

test("each platform has its own versions; pgvector is a package only where it serves the version (MM-13)", () => {
  expect(postgresOn("debian").packages).toHaveProperty("postgresql-17-pgvector");
  expect(postgresOn("darwin", 16).packages).toEqual({ "postgresql@16": "*" });
  expect(postgresOn("darwin", 17).packages).toHaveProperty("pgvector");
  expect(postgresOn("darwin", 17, { vector: false }).packages).not.toHaveProperty("pgvector");
  expect(() => postgresOn("debian", 16)).toThrow("debian has no package of PostgreSQL 16; it has 17");
});

test("vectors of another model have a column of their own", () => {
  expect([1, 2].map(vectorColumn)).toEqual(["embedding", "embedding_2"]);
});
