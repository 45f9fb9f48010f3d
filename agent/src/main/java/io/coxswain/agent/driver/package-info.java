/**
 * NVIDIA's driver as the machine's own files, packages and kernel show it, without asking the
 * driver; and what the agent remembers of the bundles that it applied. What comes in is the {@link
 * io.coxswain.agent.host.Host}; steps and probes read here, so that both mean the same.
 */
@NullMarked
package io.coxswain.agent.driver;

import org.jspecify.annotations.NullMarked;
