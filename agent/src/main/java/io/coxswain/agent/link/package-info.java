/**
 * The line to the controller: enrolment, certificates, the stream, and the mapping between wire and
 * records, one class per direction. Generated types, gRPC and Bouncy Castle stay in this room.
 * {@link io.coxswain.agent.link.AgentSession} holds all of the protocol without a thread or a
 * socket, so that a simulation can drive it; {@link io.coxswain.agent.link.GrpcLink} gives it both.
 */
@NullMarked
package io.coxswain.agent.link;

import org.jspecify.annotations.NullMarked;
