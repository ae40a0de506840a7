import path from "node:path";

import { buildGo } from "../toolchain/go-build.ts";
import { cliPath, root, versions } from "../toolchain/places.ts";

const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Builds the Pulumi CLI from its published Go module into the folder where `npx pulumi` looks. */
export const buildCli = (): Promise<void> =>
  buildGo(
    {
      name: "the Pulumi CLI",
      version: versions.pulumi,
      download: "get.pulumi.com",
      folder: path.join(root, "tools/pulumi-cli"),
      main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      // Without the version flag the CLI calls itself 3.X-dev and warns about every plugin.
      linkerFlags: `-X ${VERSION_VARIABLE}=v${versions.pulumi}`,
      diskGB: 3,
    },
    cliPath(),
  );
