import { expect, test } from "vitest";

import { postgresVersion } from "../../src/checks/postgres-version.ts";
import { broken, databaseWith, modelOf } from "./model.ts";

const saidOf = (version: number) =>
  broken(postgresVersion, { ...modelOf(), database: databaseWith({ version, offered: [17] }) });

test("a version that the platform has passes", () => {
  expect(saidOf(17)).toEqual([]);
});

test("a version that it lacks is told with those that it has", () => {
  expect(saidOf(16)).toEqual([
    "postgres should be version 16, but debian has packages of 17 only: pulumi config set --path 'groundwork:services.postgres.version' 17, or choose another host",
  ]);
});
