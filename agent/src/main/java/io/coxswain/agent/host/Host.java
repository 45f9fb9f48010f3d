package io.coxswain.agent.host;

import java.time.InstantSource;

/** This machine, as far as the agent may touch it. */
public interface Host {
  Files files();

  Commands commands();

  Packages packages();

  Units units();

  Users users();

  Identity identity();

  InstantSource clock();

  Background background();
}
