import { sh } from "./sh.ts";

/** Names that /etc/hosts resolves. Our lines say whose they are, and stand first: the first line with a name counts. */
export const hostEntriesLibrary = sh`
gw_hosts_others() { grep -v '# groundwork$' /etc/hosts || [ "$?" = 1 ]; }

# Our lines on standard input; none removes them.
gw_hosts_put() {
  gw_lines=$({ cat && gw_hosts_others; } && echo x) && printf %s "\${gw_lines%x}" | gw_put 644 /etc/hosts
}
`;
