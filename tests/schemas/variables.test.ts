import { expect, test } from "vitest";

import { expandPaths } from "../../src/schemas/variables.ts";

const of = (variable: string): string => `\${${variable}}`;
const withConnection = (connection: object) => ({ program: "macminis", hosts: { control: { connection } } });

test("paths of connections get the environment's variables; nothing else does", () => {
  const values = withConnection({ sshConfig: `${of("LAB")}/ssh_config`, user: of("USER"), identityFile: "~/.ssh/id" });
  expect(expandPaths(values, { LAB: "/lab", USER: "ada" })).toEqual({
    values: withConnection({ sshConfig: "/lab/ssh_config", user: of("USER"), identityFile: "~/.ssh/id" }),
    faults: [],
  });
});

test("an unset variable is a fault that says how to set it", () => {
  const values = withConnection({
    sshConfig: `${of("GROUNDWORK_LAB")}/ssh_config`,
    knownHostsFile: `${of("KEYS")}/known_hosts`,
  });
  expect(expandPaths(values, {}).faults).toEqual([
    {
      key: "groundwork:hosts.control.connection.sshConfig",
      said: `is "${of("GROUNDWORK_LAB")}/ssh_config"; GROUNDWORK_LAB is not set in the environment`,
      mend: 'eval "$(npx groundwork lab env)"',
    },
    {
      key: "groundwork:hosts.control.connection.knownHostsFile",
      said: `is "${of("KEYS")}/known_hosts"; KEYS is not set in the environment`,
      mend: "export KEYS=...",
    },
  ]);
});

test.each([[undefined], ["text"], [{ control: null }], [{ control: { connection: ["x"] } }]])(
  "what is no set of hosts is left to the schema: %j",
  (hosts) => {
    expect(expandPaths({ hosts }, {})).toEqual({ values: { hosts }, faults: [] });
  },
);
