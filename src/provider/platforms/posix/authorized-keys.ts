import type { Accounts } from "../platform.ts";

/** The keys that open an account: commands of the helper's library. */
export const authorizedKeys: Pick<Accounts, "authorizeKeys" | "restoreKeys"> = {
  authorizeKeys: (name, keys, recorded) => ({
    argv: ["gw_account_keys", name, recorded ? "recorded" : "found"],
    stdin: keys.map((key) => `${key}\n`).join(""),
  }),
  restoreKeys: (name) => ({ argv: ["gw_account_keys_back", name] }),
};
