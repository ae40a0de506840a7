// Answers that gRPC carries as errors.
import * as grpc from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";

import type { Struct } from "./wire.ts";

/** The thing exists but is not as it should be, or cannot be read yet: recorded, shown, and updated by the next run. */
export class InitFailed extends Error {
  constructor(
    readonly id: string,
    readonly inputs: Struct,
    readonly state: Struct,
    reason: string,
  ) {
    super(reason.toWellFormed());
  }
}

/** Calls that the engine waits for. */
export const unanswered = new Set<object>();

/** Calls that answer once; what they throw becomes one clear error. */
export function unary<Request, Response>(
  respond: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    unanswered.add(call);
    try {
      callback(null, await respond(call.request));
    } catch (error) {
      callback(error instanceof InitFailed ? initFailed(error) : plain(error));
    } finally {
      unanswered.delete(call);
    }
  };
}

/** Calls that answer many times. */
export function streamed<Request, Response>(
  respond: (request: Request) => Promise<readonly Response[]>,
): grpc.handleServerStreamingCall<Request, Response> {
  return async (call) => {
    try {
      for (const response of await respond(call.request)) call.write(response);
      call.end();
    } catch (error) {
      call.emit("error", plain(error)); // ends the stream with that status
    }
  };
}

const plain = (error: unknown): grpc.ServiceError => {
  const details = messageOf(error);
  return Object.assign(new Error(details), { code: grpc.status.UNKNOWN, details, metadata: new grpc.Metadata() });
};

/** One that was cut to length may end in half a character, of which gRPC makes an error that nobody catches. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).toWellFormed();

function initFailed(error: InitFailed): grpc.ServiceError {
  const failure = new provider.ErrorResourceInitFailed()
    .setId(error.id)
    .setInputs(error.inputs)
    .setProperties(error.state)
    .setReasonsList([error.message])
    .setRefreshBeforeUpdate(true);
  const details = new any.Any();
  details.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new status.Status().setCode(grpc.status.UNKNOWN).setMessage(error.message).setDetailsList([details]);

  // The Go side reads structured errors from this header; grpc-js has no other way to send them.
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return Object.assign(plain(error), { metadata });
}
