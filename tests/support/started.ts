/** How a host runs a program in the background without groundwork. */
export type ServiceManager = "systemd" | "launchd";

/** Script for sh as root: has a program run until the host stops, once; as root where no user is named. */
export function started(
  manager: ServiceManager,
  name: string,
  argv: readonly string[],
  { environment = {}, user }: { environment?: Readonly<Record<string, string>>; user?: string } = {},
): string {
  if (manager === "systemd") {
    const variables = Object.entries(environment).flatMap(([key, value]) => ["-E", `${key}=${value}`]);
    const options = [...(user ? [`--uid=${user}`] : []), ...variables];
    return `systemctl is-active -q ${name} || systemd-run -q --collect --unit ${name} ${[...options, ...argv].join(" ")}`;
  }
  const label = `example.${name}`;
  const file = `/Library/LaunchDaemons/${label}.plist`;
  return `cat >${file} <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>Label</key><string>${label}</string>${user ? `<key>UserName</key><string>${user}</string>` : ""}
<key>ProgramArguments</key><array>${argv.map((word) => `<string>${word}</string>`).join("")}</array>
<key>EnvironmentVariables</key><dict>${Object.entries(environment)
    .map(([key, value]) => `<key>${key}</key><string>${value}</string>`)
    .join("")}</dict>
<key>KeepAlive</key><true/>
</dict></plist>
END
launchctl print system/${label} >/dev/null 2>&1 || launchctl bootstrap system ${file}`;
}

/** Has curl on a host; macOS comes with it. */
export const withCurl =
  "command -v curl >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq curl; } >/dev/null 2>&1";
