// Lines for the user: progress beside the resource, warnings, notes.
import * as grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";

export type Severity = "debug" | "info" | "warning" | "error";

export class EngineLog {
  #client: InstanceType<typeof engineService.EngineClient> | undefined;
  readonly #warned = new Set<string>();

  connect(address: string): void {
    this.#client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  }

  /** The same warning of a resource is told once. */
  log(severity: Severity, urn: string, message: string): void {
    const told = `${urn} ${message}`;
    if (severity === "warning" && this.#warned.has(told)) return;
    if (severity === "warning") this.#warned.add(told);
    this.#send(severity, urn, message, false);
  }

  /** Shown while the resource works, then gone; but what a host moved aside must be found again. */
  progress(urn: string, host: string, message: string): void {
    if (message.startsWith("moved aside ")) this.log("warning", urn, `${host}: ${message}`);
    else this.#send("info", urn, message, true);
  }

  #send(severity: Severity, urn: string, message: string, ephemeral: boolean): void {
    const request = new engine.LogRequest()
      .setSeverity(engine.LogSeverity[severity.toUpperCase() as Uppercase<Severity>])
      .setUrn(urn)
      .setMessage(message.toWellFormed())
      .setEphemeral(ephemeral);
    this.#client?.log(request, () => undefined); // a line that gets lost must not fail the operation it tells of
  }
}
