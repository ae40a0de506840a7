import type * as pulumi from "@pulumi/pulumi";

import type { Model } from "../../src/checks/model.ts";
import type { Endpoint } from "../../src/components/endpoint.ts";
import { endpointOf } from "../../src/components/macminis/model.ts";
import { siteUrl } from "../../src/components/macminis/urls.ts";
import type { PasswordArgs } from "../../src/components/password.ts";
import type { MacminisConfig, PasswordName } from "../../src/schemas/macminis/index.ts";

/** What every part of the program is made from. */
export interface Context {
  readonly config: MacminisConfig;
  readonly model: Model;
  /** Gives each component the one provider of all hosts. */
  readonly opts: { readonly providers: pulumi.ProviderResource[] };
  /** Address of the site, as its users write it. */
  readonly site: string;
  at(service: string): Endpoint;
  password(name: PasswordName): PasswordArgs;
}

export const contextOf = (config: MacminisConfig, model: Model, provider: pulumi.ProviderResource): Context => ({
  config,
  model,
  opts: { providers: [provider] },
  site: siteUrl(endpointOf(model, "nginx"), {
    serverName: config.services.nginx.serverName,
    tls: config.services.nginx.tls !== undefined,
  }),
  at: (service) => endpointOf(model, service),
  password: (name) => ({ given: config.secrets[name], rotation: config.rotation[name] }),
});
