import {
  AuthenticationFailed,
  ConnectionRefused,
  ConnectionTimeout,
  HostKeyRefused,
  NameNotResolved,
  NoRoute,
  SudoMissing,
  SudoPasswordRefused,
  SudoRefused,
} from "../../provider/transports/errors.ts";
import type { HostConnection, PlatformName } from "../../schemas/host.ts";

const asAdministrator: Readonly<Record<PlatformName, (user: string) => string>> = {
  darwin: (user) => `as another administrator of that Mac: sudo dseditgroup -o edit -a ${user} -t user admin`,
  debian: (user) => `as root there: apt-get install sudo && usermod -aG sudo ${user}`,
};

/** What helps where a host cannot be logged in to, or its user cannot become root. What the error says itself is left out. */
export function loginTodo(
  error: Error,
  host: string,
  platform: PlatformName,
  { user = "USER", address = "ADDRESS", port }: HostConnection,
): { part: string; todo?: string } {
  const at = `groundwork:hosts.${host}`;
  if (error instanceof SudoPasswordRefused) {
    const todo = `pulumi config set --secret --path '${at}.connection.sudo.password', or let sudo ask for none: echo '${user} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/groundwork`;
    return { part: "root", todo };
  }
  if (error instanceof SudoRefused || error instanceof SudoMissing) {
    return { part: "root", todo: asAdministrator[platform](user) };
  }
  if (error instanceof ConnectionRefused) {
    const todo =
      platform === "darwin"
        ? "switch Remote Login on: System Settings > General > Sharing, or sudo systemsetup -setremotelogin on"
        : "start its SSH server: systemctl enable --now ssh";
    return { part: "SSH", todo };
  }
  if (error instanceof ConnectionTimeout || error instanceof NoRoute) {
    return { part: "SSH", todo: `switch it on, or correct ${at}.address` };
  }
  if (error instanceof NameNotResolved) return { part: "SSH", todo: `correct ${at}.connection.address` };
  if (error instanceof AuthenticationFailed) {
    return { part: "SSH", todo: `ssh-copy-id ${port === undefined ? "" : `-p ${port} `}${user}@${address}` };
  }
  return { part: error instanceof HostKeyRefused ? "SSH" : "login" };
}
