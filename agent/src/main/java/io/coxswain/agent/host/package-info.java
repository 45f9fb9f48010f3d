/**
 * The port to this machine: files, commands, packages, units, users, processes. What goes in are
 * typed wishes, what comes out are typed facts or a {@link io.coxswain.agent.host.HostException};
 * no string of shell passes through. Only this room starts processes and writes files; what should
 * be true of a machine is decided elsewhere.
 */
@NullMarked
package io.coxswain.agent.host;

import org.jspecify.annotations.NullMarked;
