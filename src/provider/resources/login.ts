// The account that we log in as: what changes it may shut us out.
import { HostError } from "../errors.ts";
import { guarded } from "../guard.ts";
import type { Command, Host } from "../host.ts";

/** Until the host takes a change back that no new connection came through after. */
const seconds = 30;

const isLogin = async (host: Host, name: string): Promise<boolean> =>
  (await host.read(host.platform.accounts.login, name)) === name;

/** Changes an account; ours only with a way back. */
export async function changeAccount(host: Host, name: string, change: Command): Promise<void> {
  if (!(await isLogin(host, name))) return void (await host.run(change));
  const hint = `This connection logs in as ${name}: leave it a key that the connection has, a login shell, and what lets it use sudo, or log in as another account, and run again`;
  await guarded(host, { name: "login", undo: host.platform.accounts.undoLogin, change, seconds, hint });
}

/** Refuses what of our own account cannot be taken back. */
export async function refuseLasting(host: Host, name: string, changed: readonly string[]): Promise<void> {
  const lasting = host.platform.accounts.lasting.filter((key) => changed.includes(key));
  if (lasting.length > 0) await refuseAsLogin(host, name, `a change of ${lasting.join(", ")}`);
}

export async function refuseAsLogin(host: Host, name: string, what: string): Promise<void> {
  if (!(await isLogin(host, name))) return;
  const otherwise = "log in as another account (`user` of the connection), or do it by hand, and run again";
  throw new HostError(
    host.name,
    `this connection logs in as user ${name}, and ${what} may shut it out for good: ${otherwise}`,
  );
}
