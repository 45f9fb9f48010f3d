/**
 * The doors: gRPC, gRPC-Web, REST and the Unix socket. Wire messages come in, are checked and
 * become intents in the store; records go out as wire messages. Generated types stop here. Who may
 * call what is decided in access and enforced here for every call.
 */
@NullMarked
package io.coxswain.controller.api;

import org.jspecify.annotations.NullMarked;
