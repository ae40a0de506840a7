/** What differs between operating systems. Resources reach it as `host.platform`; each member is facts and commands. */
export interface Platform {
  readonly name: "debian" | "darwin" | "nixos";
}
