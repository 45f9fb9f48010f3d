/**
 * The NVIDIA driver, through its library libnvidia-ml. The only room with native code. The library
 * is never loaded into the agent: a sick GPU holds a call for ever, a thread that is stuck in
 * native code cannot be ended, and an upgraded driver needs a fresh copy of the library. It is
 * loaded by a child process that answers one call at a time over a framed pipe, and that is killed
 * when an answer is late. What comes out are readings; handles, return codes and the pipe stay
 * inside.
 */
@NullMarked
package io.coxswain.agent.gpu.nvml;

import org.jspecify.annotations.NullMarked;
