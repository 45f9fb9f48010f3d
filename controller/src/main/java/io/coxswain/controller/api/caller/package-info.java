/**
 * Who calls, and whether the call may go on: the transport's proofs come in (a certificate, the
 * kernel's word about a socket), a caller that the services can ask for goes out. Which kind of
 * caller may call what is access' table.
 */
@NullMarked
package io.coxswain.controller.api.caller;

import org.jspecify.annotations.NullMarked;
