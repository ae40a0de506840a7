import * as pulumi from "@pulumi/pulumi";

import { type PasswordArgs, password } from "../password.ts";
import { PostgresRole } from "../resources.ts";

export interface LoginArgs {
  /** Role that holds the rights. */
  name: string;
  /** Of whoever logs in with it. */
  password: PasswordArgs;
  /** IPv4 addresses of the hosts that it is used on; no other host may. */
  from: readonly string[];
}

export interface Login {
  /** Role that holds the rights. */
  readonly role: string;
  /** Member of it, to log in as. */
  readonly user: string;
  /** Known once it is accepted. */
  readonly password: pulumi.Output<string>;
}

interface At {
  host: string;
  administrator: string;
  programs: string;
  data: string;
}

/**
 * A role with rights, and a member of it to log in as, which a rotation exchanges for a new one: the engine deletes last,
 * so the previous login is accepted until all who used it have the new one, and refused from then on.
 */
export function login(
  name: string,
  at: At,
  { name: role, password: { given, rotation } }: LoginArgs,
  memberOf: string[] | undefined,
  opts: pulumi.CustomResourceOptions,
): Login & { ready: pulumi.Resource } {
  // Rights belong to data, and stay with it when the program goes.
  const group = new PostgresRole(
    name,
    { ...at, name: role, login: false, memberOf },
    { ...opts, retainOnDelete: true },
  );
  const secret = password(`${name}-password`, { given, rotation }, { parent: opts.parent });
  const member = new PostgresRole(
    `${name}-login-${rotation}`,
    { ...at, name: `${role}_${rotation}`, password: secret, memberOf: [group.name] },
    { parent: opts.parent },
  );
  return {
    role,
    user: `${role}_${rotation}`,
    password: pulumi.all([secret, member.name]).apply(([text]) => text),
    ready: member,
  };
}
