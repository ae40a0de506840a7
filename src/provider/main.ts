// The provider's process, as the engine starts it.
import { resources } from "./registry.ts";
import { serve } from "./rpc/server.ts";
import { connect } from "./transports/connect.ts";

serve({ name: "groundwork", version: "0.1.0", resources, connect });
