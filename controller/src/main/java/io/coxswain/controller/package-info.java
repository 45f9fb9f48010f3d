/**
 * The controller's process: its command line, its configuration and its log, and the one place
 * where the rooms are put together. The command line and the configuration file come in; a running
 * controller goes out. Nothing is decided here.
 */
@NullMarked
package io.coxswain.controller;

import org.jspecify.annotations.NullMarked;
