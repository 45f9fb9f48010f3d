package io.coxswain.cli;

/** A call that ended with a gRPC status other than OK. */
final class RpcException extends RuntimeException {
  static final int CANCELLED = 1;
  static final int UNKNOWN = 2;
  static final int INVALID_ARGUMENT = 3;
  static final int DEADLINE_EXCEEDED = 4;
  static final int NOT_FOUND = 5;
  static final int ALREADY_EXISTS = 6;
  static final int PERMISSION_DENIED = 7;
  static final int RESOURCE_EXHAUSTED = 8;
  static final int FAILED_PRECONDITION = 9;
  static final int UNIMPLEMENTED = 12;
  static final int INTERNAL = 13;
  static final int UNAVAILABLE = 14;
  static final int UNAUTHENTICATED = 16;

  private final int code;
  private final byte[] details;

  RpcException(int code, String message, byte[] details) {
    super(message, null, false, false);
    this.code = code;
    this.details = details.clone();
  }

  RpcException(int code, String message) {
    this(code, message, new byte[0]);
  }

  int code() {
    return code;
  }

  /** A serialized google.rpc.Status; empty when the controller sent none. */
  byte[] details() {
    return details.clone();
  }
}
