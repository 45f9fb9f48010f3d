/**
 * What goes wrong, as clients read it: exceptions come in, gRPC statuses with google.rpc details go
 * out, and the same in JSON. Nothing unexpected is shown but a number that stands in the log.
 */
@NullMarked
package io.coxswain.controller.api.refusal;

import org.jspecify.annotations.NullMarked;
